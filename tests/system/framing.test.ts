// RFC 6455 framing, in the order of the chapters of the Autobahn test suite: echo of what is right is here a reply to a frame.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Frame } from "./support/frames.ts";
import { close_payload, encode, fragments, opcode, RawWebSocket, upgrade_request } from "./support/framing.ts";
import { exchange, RawConnection } from "./support/raw.ts";
import { Server } from "./support/server.ts";
import { Talker } from "./support/talker.ts";

let server: Server;
let raw: RawWebSocket;

beforeAll(async () => void (server = await Server.kinds()));
afterAll(async () => void (await server.stop()));
beforeEach(async () => void (raw = await RawWebSocket.open(server)));
afterEach(() => raw.close());

const start = '{"type":"start","id":"s"}';
const is_started = (payload: Buffer | undefined) => (JSON.parse(payload?.toString() ?? "{}") as Frame).seq === 1;
const protocol_error = 1002;

/** The whole connection is refused: no reply, one close frame, the end. */
async function expect_failed(code = protocol_error): Promise<void> {
  const closed = await raw.until_closed();
  expect(closed.code).toBe(code);
  expect(closed.frames.filter((frame) => frame.code === opcode.text)).toEqual([]);
}

describe("1: whole messages and messages in pieces", () => {
  test.each([1, 2, 7, 24])("in pieces of %i bytes", async (piece) => {
    raw.send(fragments(start, piece));
    expect(is_started((await raw.frame_count(1))[0]?.payload)).toBe(true);
  });

  test("every byte of the stream on its own", async () => {
    for (const byte of encode(opcode.text, start)) raw.send(Buffer.from([byte]));
    expect(is_started((await raw.frame_count(1))[0]?.payload)).toBe(true);
  });

  test("several messages in one segment get their replies in order", async () => {
    const ids = ["a", "b", "c"];
    raw.send(Buffer.concat(ids.map((id) => encode(opcode.text, `{"type":"back","id":"${id}"}`))));
    const frames = await raw.frame_count(3);
    expect(frames.map((frame) => (JSON.parse(frame.payload.toString()) as Frame).id)).toEqual(ids);
  });
});

describe("2: pings and pongs", () => {
  test.each([0, 1, 125])("a ping with %i bytes is echoed", async (size) => {
    const payload = Buffer.alloc(size, 0xfe);
    raw.send(encode(opcode.ping, payload));
    expect(await raw.frame_count(1)).toEqual([{ code: opcode.pong, payload }]);
  });

  test("a ping with 126 bytes is an error", async () => {
    raw.send(encode(opcode.ping, Buffer.alloc(126)));
    await expect_failed();
  });

  test("an unasked pong is ignored, with and without bytes", async () => {
    raw.send(Buffer.concat([encode(opcode.pong), encode(opcode.pong, "why"), encode(opcode.text, start)]));
    const frames = await raw.frame_count(1);
    expect(frames).toHaveLength(1);
    expect(is_started(frames[0]?.payload)).toBe(true);
  });

  test("ten pings get ten pongs", async () => {
    raw.send(Buffer.concat(Array.from({ length: 10 }, (_, index) => encode(opcode.ping, String(index)))));
    // The last one answers them all at the latest: a server may leave out pongs to pings that are overtaken.
    await raw.connection.until("the last pong", () => raw.frames.some((frame) => frame.payload.toString() === "9"));
    expect(raw.frames.every((frame) => frame.code === opcode.pong)).toBe(true);
  });
});

describe("3 and 4: reserved bits and opcodes, and masks", () => {
  test.each([1, 2, 3, 4, 5, 6, 7])("reserved bits %i", async (reserved) => {
    raw.send(encode(opcode.text, start, { reserved }));
    await expect_failed();
  });

  test.each([1, 2, 4])("reserved bits %i of a ping", async (reserved) => {
    raw.send(encode(opcode.ping, "", { reserved }));
    await expect_failed();
  });

  test.each([3, 4, 5, 6, 7, 11, 12, 13, 14, 15])("reserved opcode %i", async (code) => {
    raw.send(encode(code, start));
    await expect_failed();
  });

  test.each([opcode.text, opcode.ping, opcode.close])("opcode %i without a mask", async (code) => {
    raw.send(encode(code, "", { masked: false }));
    await expect_failed();
  });

  test("a length in more bytes than it needs", async () => {
    raw.send(Buffer.from([0x81, 0x80 | 126, 0, 5, 0, 0, 0, 0, ...Buffer.from("hello")]));
    await expect_failed();
  });
});

describe("5: fragments", () => {
  test.each([opcode.ping, opcode.pong, opcode.close])("opcode %i may not come in pieces", async (code) => {
    raw.send(encode(code, "", { final: false }));
    await expect_failed();
  });

  test("a ping between two pieces is answered at once", async () => {
    raw.send(encode(opcode.text, start.slice(0, 9), { final: false }));
    raw.send(encode(opcode.ping, "between"));
    expect((await raw.frame_count(1))[0]?.payload.toString()).toBe("between");
    raw.send(encode(opcode.continuation, start.slice(9)));
    expect(is_started((await raw.frame_count(2))[1]?.payload)).toBe(true);
  });

  test("empty pieces are pieces", async () => {
    const empty = encode(opcode.continuation, "", { final: false });
    raw.send(
      Buffer.concat([encode(opcode.text, "", { final: false }), empty, empty, encode(opcode.continuation, start)]),
    );
    expect(is_started((await raw.frame_count(1))[0]?.payload)).toBe(true);
  });

  test.each([true, false])("a continuation of nothing (final: %s)", async (final) => {
    raw.send(encode(opcode.continuation, start, { final }));
    await expect_failed();
  });

  test("a new message within a message", async () => {
    raw.send(Buffer.concat([encode(opcode.text, "{", { final: false }), encode(opcode.text, start)]));
    await expect_failed();
  });
});

describe("6: UTF-8", () => {
  test("a character may lie across two pieces", async () => {
    raw.send(encode(opcode.text, start));
    const text = Buffer.from('{"type":"say","id":"u","text":"κόσμε 🙂"}');
    raw.send(fragments(text, 1));
    expect(JSON.parse((await raw.frame_count(2))[1]?.payload.toString() ?? "")).toMatchObject({
      type: "reply",
      id: "u",
    });
  });

  test("wrong UTF-8 in the first piece ends the talk before the second one comes", async () => {
    raw.send(
      encode(opcode.text, Buffer.from([0xce, 0xba, 0xe1, 0xbd, 0xb9, 0xf4, 0x90, 0x80, 0x80]), { final: false }),
    );
    await expect_failed(1007);
  });
});

describe("7: the close", () => {
  test.each([1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 3000, 3999, 4000, 4999])(
    "code %i is answered with itself",
    async (code) => {
      raw.send(encode(opcode.close, close_payload(code, "bye")));
      expect((await raw.until_closed()).code).toBe(code);
    },
  );

  test.each([0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999])("code %i is an error", async (code) => {
    raw.send(encode(opcode.close, close_payload(code)));
    await expect_failed();
  });

  test("no code is a normal close", async () => {
    raw.send(encode(opcode.close));
    expect([undefined, 1000]).toContain((await raw.until_closed()).code);
  });

  test.each([
    ["one byte", Buffer.from([3])],
    ["126 bytes", close_payload(1000, "r".repeat(124))],
  ])("%s is an error", async (_, payload) => {
    raw.send(encode(opcode.close, payload));
    await expect_failed();
  });

  test("a reason that is no UTF-8 is an error", async () => {
    raw.send(encode(opcode.close, close_payload(1000, Buffer.from([0xff]))));
    expect([protocol_error, 1007]).toContain((await raw.until_closed()).code);
  });

  test("a reason of 123 bytes is the longest", async () => {
    raw.send(encode(opcode.close, close_payload(1000, "r".repeat(123))));
    expect((await raw.until_closed()).code).toBe(1000);
  });

  test("nothing is answered behind a close", async () => {
    raw.send(
      Buffer.concat([encode(opcode.close, close_payload(1000)), encode(opcode.text, start), encode(opcode.ping)]),
    );
    expect((await raw.until_closed()).frames).toHaveLength(1);
  });
});

describe("the handshake", () => {
  const lines = upgrade_request("x").split("\r\n");
  const without = (name: string) => lines.filter((line) => !line.startsWith(name)).join("\r\n");

  test.each([
    ["another version", upgrade_request("x").replace("Version: 13", "Version: 8"), [400, 426]],
    ["no version", without("Sec-WebSocket-Version"), [400, 426]],
    ["no key", without("Sec-WebSocket-Key"), [400]],
    ["no Connection: Upgrade", without("Connection"), [400]],
    ["a POST", upgrade_request("x").replace("GET", "POST"), [400, 405]],
    ["HTTP/1.0", upgrade_request("x").replace("HTTP/1.1", "HTTP/1.0"), [400]],
    ["a body", upgrade_request("x", "Content-Length: 5\r\n") + "hello", [400, 413]],
    ["a frame right behind it", upgrade_request("x") + encode(opcode.text, start).toString("latin1"), [400]],
    ["another path", upgrade_request("x").replace("/ws", "/healthz"), [404]],
  ])("with %s is refused, and says so", async (_, request, statuses) => {
    const { responses, closed } = await exchange(server.port, request);
    expect(responses).toHaveLength(1);
    expect(statuses).toContain(responses[0]?.status);
    expect(closed).toBe(true);
  });

  test.each([0, 1000, 2000, 4000, 7000])("works with %i bytes of cookies", async (size) => {
    const connection = await RawConnection.open(server.port);
    connection.send(upgrade_request(server.host, `Cookie: ${"c".repeat(size)}\r\n`));
    await connection.until("the response", () => connection.received.includes("\r\n\r\n"));
    expect(connection.received.toString("latin1").split("\r\n")[0]).toBe("HTTP/1.1 101 Switching Protocols");
    connection.close();
  });

  test.each([
    ["advisor.v1", "advisor.v1"],
    ["other, advisor.v1", "advisor.v1"],
    ["", undefined],
    ["other", undefined],
  ])("agrees on a subprotocol only when it was offered: %j", async (offered, agreed) => {
    const connection = await RawConnection.open(server.port);
    const wanted = offered === "" ? "" : `Sec-WebSocket-Protocol: ${offered}\r\n`;
    connection.send(without("Sec-WebSocket-Protocol").replace(/\r\n\r\n$/, `\r\n${wanted}\r\n`));
    await connection.until("the response", () => connection.received.includes("\r\n\r\n"));
    const head = connection.received.toString("latin1");
    expect(/^Sec-WebSocket-Protocol: (.*)\r$/im.exec(head)?.[1]).toBe(agreed);
    connection.close();
  });
});

test("after all of this the server talks to others as before", async () => {
  const talker = await Talker.start(server);
  expect((await talker.answer("left")).seq).toBe(2);
  await talker.close();
});
