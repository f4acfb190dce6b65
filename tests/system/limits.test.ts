// Messages at and beyond the limits: each gets its answer, nothing changes, and nobody else notices.
import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Frame } from "./support/frames.ts";
import { close_payload, encode, fragments, opcode, RawWebSocket } from "./support/framing.ts";
import { Server } from "./support/server.ts";
import { Talker } from "./support/talker.ts";

const most_bytes = 16 * 1024;

let server: Server;
let bystander: Talker;

beforeAll(async () => {
  server = await Server.kinds();
  bystander = await Talker.start(server);
});
afterAll(async () => {
  await bystander.close();
  await server.stop();
});

/** Whatever a test does to the server, somebody else's talk goes on. */
let turns = 1;
afterEach(async () => {
  const frame = await bystander.request({ type: "say", text: "hello" });
  turns += 1;
  expect(frame.seq).toBe(turns);
});

let talker: Talker;
beforeEach(async () => void (talker = await Talker.start(server)));
afterEach(() => talker.socket.terminate());

/** A say frame of exactly `size` bytes, in a field that no frame has. */
function message_of(size: number): string {
  const empty = '{"type":"say","id":"big","text":"hello","padding":""}';
  return empty.replace('""}', `"${"p".repeat(size - empty.length)}"}`);
}

async function expect_unchanged(): Promise<void> {
  const other = await Talker.open(server);
  expect((await other.resume(talker)).seq).toBe(1);
  await other.close();
}

/** What the server has in memory, in bytes. */
const resident = () =>
  Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${server.pid}/status`, "utf8"))?.[1]) * 1024;

const nested = (levels: number) =>
  `{"type":"say","id":"deep","text":"hello","more":${"[".repeat(levels - 1)}${"]".repeat(levels - 1)}}`;

describe("the size of a message", () => {
  test.each([most_bytes - 1, most_bytes])("%i bytes are taken", async (size) => {
    expect(Buffer.byteLength(message_of(size))).toBe(size);
    expect((await talker.send(message_of(size), { type: "say", padding: true })).frame.seq).toBe(2);
  });

  test.each([most_bytes + 1, 1 << 20])("%i bytes are refused, and the socket is closed with 1009", async (size) => {
    const { frame } = await talker.send(message_of(size));
    expect(frame).toMatchObject({ type: "error", id: null, code: "message_too_large" });
    expect(await talker.closed).toBe(1009);
    await expect_unchanged();
  });

  test.each([
    [most_bytes, 1, "reply"],
    [most_bytes, 1000, "reply"],
    [most_bytes + 1, 1, "error"],
    [most_bytes + 1, 1000, "error"],
    [1 << 20, 16_384, "error"],
  ])("%i bytes in fragments of %i get their %s", async (size, piece, type) => {
    const raw = await RawWebSocket.open(server);
    raw.send(encode(opcode.text, '{"type":"start","id":"s"}'));
    await raw.frame_count(1);
    raw.send(fragments(message_of(size), piece));
    const [, answer] = await raw.frame_count(2);
    const frame = JSON.parse(answer?.payload.toString() ?? "") as Frame;
    expect(frame).toMatchObject(type === "reply" ? { type, seq: 2 } : { type, code: "message_too_large" });
    if (type === "error") expect((await raw.until_closed()).code).toBe(1009);
    raw.close();
  });

  test.each([1n << 20n, 1n << 32n, 1n << 62n, (1n << 63n) - 1n])(
    "a declared length of %s takes no memory",
    async (length) => {
      const before = resident();
      const sockets = await Promise.all(Array.from({ length: 20 }, () => RawWebSocket.open(server)));
      for (const raw of sockets) raw.send(encode(opcode.text, "begin", { length }));
      // The pong shows that the server has come past those messages' headers on other connections, too.
      await bystander.settle();
      // 20 sockets with their buffers; the declared length of a single one is at least 1 MiB.
      expect(resident() - before).toBeLessThan(8 << 20);
      for (const raw of sockets) raw.close();
    },
  );

  test("more data than the limit is refused before the declared length has come", async () => {
    const raw = await RawWebSocket.open(server);
    raw.send(encode(opcode.text, "x".repeat(most_bytes + 1), { length: 1n << 62n }));
    const [answer] = await raw.frame_count(1);
    expect(JSON.parse(answer?.payload.toString() ?? "")).toMatchObject({ code: "message_too_large" });
    raw.close();
  });
});

describe("nesting", () => {
  test("64 levels are taken", async () => {
    expect((await talker.send(nested(64), { type: "say", more: 1 })).frame.seq).toBe(2);
  });

  test.each([
    ["65 levels", nested(65)],
    ["8,000 levels", nested(8000)],
    ["16,000 brackets that never close", "[".repeat(16_000)],
    ["objects 3,000 deep", '{"a":'.repeat(3000)],
  ])("%s are refused", async (_, message) => {
    expect((await talker.send(message)).frame.code).toBe("bad_json");
    await expect_unchanged();
  });

  test("100,000 levels are too large", async () => {
    expect((await talker.send(nested(100_000))).frame.code).toBe("message_too_large");
    await expect_unchanged();
  });

  test("brackets inside a text are no nesting", async () => {
    const frame = await talker.request({ type: "say", text: "[".repeat(1000) });
    expect(frame.seq).toBe(2);
  });
});

describe("what is no text message", () => {
  test("a binary message is refused, and the talk goes on", async () => {
    const { frame } = await talker.send(Buffer.from('{"type":"back","id":"x"}'));
    expect(frame).toMatchObject({ type: "error", id: null, code: "text_only" });
    expect((await talker.answer("left")).seq).toBe(2);
  });

  test.each([
    ["a byte that begins nothing", [0xff]],
    ["half a character at the end", [0x22, 0xc3]],
    ["an overlong slash", [0xc0, 0xaf]],
    ["a surrogate", [0xed, 0xa0, 0x80]],
    ["beyond U+10FFFF", [0xf4, 0x90, 0x80, 0x80]],
  ])("invalid UTF-8 closes with 1007: %s", async (_, bytes) => {
    for (const piece of [bytes.length, 1]) {
      const raw = await RawWebSocket.open(server);
      raw.send(fragments(Buffer.from(bytes), piece));
      expect((await raw.until_closed()).code).toBe(1007);
    }
  });

  test("a client may leave in the middle of a message", async () => {
    const raw = await RawWebSocket.open(server);
    raw.send(encode(opcode.text, '{"type":"start",', { final: false }));
    raw.send(encode(opcode.close, close_payload(1001)));
    const { frames, code } = await raw.until_closed();
    expect(code).toBe(1001);
    expect(frames).toHaveLength(1);
  });
});
