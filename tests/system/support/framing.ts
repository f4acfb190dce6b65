// WebSocket frames byte by byte (RFC 6455), so that wrong ones can be sent too.
import { RawConnection } from "./raw.ts";

export const opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface FrameShape {
  final?: boolean;
  reserved?: number;
  masked?: boolean;
  /** What the header says in place of the payload's length. */
  length?: bigint;
}

const mask = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);

export function encode(code: number, payload: Buffer | string = "", shape: FrameShape = {}): Buffer {
  const { final = true, reserved = 0, masked = true } = shape;
  const data = Buffer.from(typeof payload === "string" ? Buffer.from(payload) : payload);
  const length = shape.length ?? BigInt(data.length);
  const first = (final ? 0x80 : 0) | (reserved << 4) | code;
  const mask_bit = masked ? 0x80 : 0;
  let head: Buffer;
  if (length < 126n) {
    head = Buffer.from([first, mask_bit | Number(length)]);
  } else if (length < 65_536n) {
    head = Buffer.from([first, mask_bit | 126, 0, 0]);
    head.writeUInt16BE(Number(length), 2);
  } else {
    head = Buffer.concat([Buffer.from([first, mask_bit | 127]), Buffer.alloc(8)]);
    head.writeBigUInt64BE(length, 2);
  }
  if (!masked) return Buffer.concat([head, data]);
  return Buffer.concat([head, mask, data.map((byte, index) => byte ^ (mask[index % 4] ?? 0))]);
}

/** One message in pieces of `size` bytes. */
export function fragments(message: Buffer | string, size: number): Buffer {
  const data = Buffer.from(typeof message === "string" ? Buffer.from(message) : message);
  const frames: Buffer[] = [];
  for (let at = 0; at < data.length; at += size) {
    const final = at + size >= data.length;
    frames.push(encode(at === 0 ? opcode.text : opcode.continuation, data.subarray(at, at + size), { final }));
  }
  return Buffer.concat(frames);
}

export function close_payload(code: number, reason: Buffer | string = ""): Buffer {
  const number = Buffer.alloc(2);
  number.writeUInt16BE(code);
  return Buffer.concat([number, Buffer.from(typeof reason === "string" ? Buffer.from(reason) : reason)]);
}

export interface ReceivedFrame {
  code: number;
  payload: Buffer;
}

/** Reads the server's frames. Throws for one that a server must not send: masked, fragmented, or with reserved bits. */
export function decode(bytes: Buffer): ReceivedFrame[] {
  const frames: ReceivedFrame[] = [];
  let rest = bytes;
  while (rest.length >= 2) {
    const [first = 0, second = 0] = rest;
    if ((first & 0xf0) !== 0x80 || (second & 0x80) !== 0)
      throw new Error(`not a server's frame: ${rest.subarray(0, 16).toString("hex")}`);
    const wide = second === 126 ? 2 : second === 127 ? 8 : 0;
    if (rest.length < 2 + wide) break;
    const length = wide === 0 ? second : wide === 2 ? rest.readUInt16BE(2) : Number(rest.readBigUInt64BE(2));
    if (rest.length < 2 + wide + length) break;
    frames.push({ code: first & 15, payload: rest.subarray(2 + wide, 2 + wide + length) });
    rest = rest.subarray(2 + wide + length);
  }
  return frames;
}

export const upgrade_request = (host: string, extra = "") =>
  `GET /ws HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n` +
  `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: advisor.v1\r\n${extra}\r\n`;

/** A WebSocket after its handshake, on which any bytes can be sent. */
export class RawWebSocket {
  private constructor(
    readonly connection: RawConnection,
    private readonly start: number,
  ) {}

  static async open(server: { port: number; host: string }): Promise<RawWebSocket> {
    const connection = await RawConnection.open(server.port);
    connection.send(upgrade_request(server.host));
    const head_end = () => connection.received.indexOf("\r\n\r\n");
    await connection.until("the handshake", () => head_end() >= 0);
    const head = connection.received.toString("latin1");
    if (!head.startsWith("HTTP/1.1 101 ")) throw new Error(`no WebSocket: ${head.slice(0, 200)}`);
    return new RawWebSocket(connection, head_end() + 4);
  }

  get frames(): ReceivedFrame[] {
    return decode(this.connection.received.subarray(this.start));
  }

  send(bytes: Buffer): void {
    this.connection.send(bytes);
  }

  async frame_count(count: number): Promise<ReceivedFrame[]> {
    await this.connection.until(`${count} frames`, () => this.frames.length >= count);
    return this.frames;
  }

  /** All frames up to the server's close of the connection; the close code is the one of its close frame. */
  async until_closed(): Promise<{ frames: ReceivedFrame[]; code: number | undefined }> {
    await this.connection.until("a close frame", () => this.frames.some((frame) => frame.code === opcode.close));
    const { frames } = this;
    const last = frames.find((frame) => frame.code === opcode.close);
    // Whoever has not sent its own close frame yet does so now; the server then ends the connection.
    this.send(encode(opcode.close, last?.payload ?? ""));
    await this.connection.until_closed();
    return { frames, code: last && last.payload.length >= 2 ? last.payload.readUInt16BE(0) : undefined };
  }

  close(): void {
    this.connection.close();
  }
}
