// Hooks of chat tools beside a running server, and what their tests share.
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server as HttpServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { expect } from "vitest";
import { repository_path, run, type Server } from "./server.ts";
import { within } from "./time.ts";

export type Json = Record<string, any>;

/** Packages of the vendors, from the client's folder. */
export const vendor = createRequire(repository_path("web/package.json"));

export const fixture = (name: string): Json =>
  JSON.parse(readFileSync(repository_path(`tests/fixtures/channels/${name}.json`), "utf8"));

/** Adds a hook beside the running server; `secret` is the secret file's text. Returns the path of its address. */
export async function add_hook(server: Server, platform: string, secret: string, ...more: string[]): Promise<string> {
  const words = ["hook", "add", platform, "--secret-file", "-", "--data", server.data, ...more];
  const { code, out, err } = await run(words, { input: `${secret}\n` });
  expect([code, err]).toEqual([0, ""]);
  expect(out).not.toContain(secret);
  const url = out.trimEnd().split("\n").at(-1) ?? "";
  expect(url).toMatch(new RegExp(`/hooks/${platform}/[a-z0-9]+$`));
  return new URL(url).pathname;
}

export interface Answered {
  status: number;
  text: string;
}

export async function send(
  server: Server,
  path: string,
  body: string | Json,
  headers: Record<string, string> = {},
  method = "POST",
): Promise<Answered> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetch(`http://${server.host}${path}`, {
    method,
    headers: { "content-type": "application/json", ...headers },
    body: text,
  });
  return { status: response.status, text: await response.text() };
}

export interface Received {
  method: string;
  path: string;
  headers: IncomingMessage["headers"];
  json: Json;
}

/** The other side of calls that the server makes: keeps what comes, in order, and says 200 to all. */
export class Receiver {
  private readonly requests: Received[] = [];
  private wake = () => {};
  private taken = 0;

  private constructor(private readonly server: HttpServer) {}

  static async start(answer: (request: Received) => Json = () => ({})): Promise<Receiver> {
    const server = createServer((request, response) => {
      let text = "";
      request.on("data", (chunk: Buffer) => (text += chunk.toString()));
      request.on("end", () => {
        const { method = "", url: path = "", headers } = request;
        const received = { method, path, headers, json: text ? JSON.parse(text) : {} };
        receiver.requests.push(received);
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify(answer(received)));
        receiver.wake();
      });
    });
    const receiver = new Receiver(server);
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get waiting(): number {
    return this.requests.length - this.taken;
  }

  /** The next request that was not taken yet. */
  async next(): Promise<Received> {
    while (this.waiting === 0) await within("a call of the server", new Promise<void>((done) => (this.wake = done)));
    return this.requests[this.taken++] as Received;
  }

  stop(): void {
    this.server.close();
  }
}
