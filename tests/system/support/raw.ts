// Bytes on a TCP connection, and HTTP responses read out of what comes back.
import { connect, type Socket } from "node:net";
import { within } from "./time.ts";

/** A connection that keeps all that it receives. */
export class RawConnection {
  received = Buffer.alloc(0);
  ended = false;
  private wake = () => {};

  private constructor(readonly socket: Socket) {
    socket.on("data", (chunk: Buffer) => {
      this.received = Buffer.concat([this.received, chunk]);
      this.wake();
    });
    const end = () => {
      this.ended = true;
      this.wake();
    };
    // A server that refuses may reset the connection while we still send.
    socket.on("error", end).on("end", end).on("close", end);
  }

  static async open(port: number): Promise<RawConnection> {
    const socket = connect({ host: "127.0.0.1", port, noDelay: true, allowHalfOpen: true });
    const connection = new RawConnection(socket);
    await within(
      "a connection",
      new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("error", reject)),
    );
    return connection;
  }

  send(bytes: string | Buffer): void {
    this.socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
  }

  /** Waits until `done`, or until the server has closed. */
  async until(what: string, done: () => boolean): Promise<void> {
    await within(
      what,
      (async () => {
        while (!done() && !this.ended) await new Promise<void>((resolve) => (this.wake = resolve));
      })(),
    );
  }

  async until_closed(): Promise<void> {
    await this.until("the server's close", () => false);
  }

  close(): void {
    this.socket.destroy();
  }
}

export interface RawResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** All complete responses in `bytes`, none of which may be to a HEAD. Throws when what is left over is no beginning of one. */
export function parse_responses(bytes: Buffer): RawResponse[] {
  const responses: RawResponse[] = [];
  let rest = bytes.toString("latin1");
  while (rest !== "") {
    if (!rest.startsWith("HTTP/1.1 ") && !"HTTP/1.1 ".startsWith(rest))
      throw new Error(`no response: ${rest.slice(0, 80)}`);
    const head_end = rest.indexOf("\r\n\r\n");
    if (head_end < 0) break;
    const [status_line = "", ...lines] = rest.slice(0, head_end).split("\r\n");
    const headers = Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
    );
    const length = Number(headers["content-length"] ?? 0);
    const body = rest.slice(head_end + 4, head_end + 4 + length);
    if (body.length < length) break;
    responses.push({ status: Number(status_line.split(" ")[1]), headers, body });
    rest = rest.slice(head_end + 4 + length);
  }
  return responses;
}

/** Sends bytes and returns the responses up to the server's close, or up to `count` of them. */
export async function exchange(
  port: number,
  bytes: string | Buffer,
  count = Infinity,
): Promise<{ responses: RawResponse[]; closed: boolean }> {
  const connection = await RawConnection.open(port);
  connection.send(bytes);
  await connection.until("responses", () => parse_responses(connection.received).length >= count);
  const result = { responses: parse_responses(connection.received), closed: connection.ended };
  connection.close();
  return result;
}
