// Somebody who is sent webhooks: a real HTTP or HTTPS server that keeps what came and answers as the test wants.
import { createServer as create_http, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as create_https } from "node:https";
import type { AddressInfo } from "node:net";
import { within } from "./time.ts";

export interface Delivery {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

/** What to do with the next request: a status, or anything else by hand. */
export type Answer = number | ((response: ServerResponse, request: IncomingMessage) => void);

export class Receiver {
  readonly all: Delivery[] = [];
  /** Used up in order; then every request is answered with 204. */
  answers: Answer[] = [];
  private taken = 0;
  private wake = () => {};

  private constructor(
    private readonly server: ReturnType<typeof create_http>,
    readonly scheme: "http" | "https",
  ) {
    server.on("request", (request: IncomingMessage, response: ServerResponse) => this.receive(request, response));
  }

  static async open(tls?: { key: string; cert: string }, port = 0): Promise<Receiver> {
    const receiver = tls ? new Receiver(create_https(tls), "https") : new Receiver(create_http(), "http");
    await new Promise<void>((resolve) => receiver.server.listen(port, "127.0.0.1", resolve));
    return receiver;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  url(path = "/hook", host = "127.0.0.1"): string {
    return `${this.scheme}://${host}:${this.port}${path}`;
  }

  /** The next delivery that this was not asked for yet. */
  async next(): Promise<Delivery> {
    while (this.all.length <= this.taken)
      await within("a delivery", new Promise<void>((resolve) => (this.wake = resolve)));
    return this.all[this.taken++] as Delivery;
  }

  /** How many have come that nobody has asked for. */
  get waiting(): number {
    return this.all.length - this.taken;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private receive(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      const body = Buffer.concat(chunks).toString();
      this.all.push({ method: request.method ?? "", path: request.url ?? "", headers, body });
      const answer = this.answers.shift() ?? 204;
      if (typeof answer === "number") response.writeHead(answer).end();
      else answer(response, request);
      this.wake();
    });
  }
}
