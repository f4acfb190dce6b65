// Connections that are too many, too slow or silent: they are let go, and others do not suffer.
import { WebSocket } from "ws";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { opcode, RawWebSocket, upgrade_request } from "./support/framing.ts";
import { call, error_code } from "./support/http.ts";
import { exchange, RawConnection } from "./support/raw.ts";
import { Server } from "./support/server.ts";
import { Talker } from "./support/talker.ts";
import { eventually } from "./support/time.ts";

describe("with --max-connections 4", () => {
  let server: Server;
  const open: RawWebSocket[] = [];
  beforeAll(async () => void (server = await Server.kinds({ flags: ["--max-connections", "4"] })));
  afterEach(() => open.splice(0).forEach((raw) => raw.close()));
  afterAll(async () => void (await server.stop()));

  /** Connections of earlier tests may take a moment to be gone. */
  async function fill(): Promise<void> {
    for (let count = 0; count < 4; count++) {
      open.push(await eventually("a place", async () => await RawWebSocket.open(server).catch(() => undefined)));
    }
  }

  test("the fifth is told to come back, whatever it wants", async () => {
    await fill();
    const answer = await call(server, "GET", "/healthz");
    expect([answer.status, error_code(answer)]).toEqual([503, "too_many_connections"]);
    const { responses, closed } = await exchange(server.port, upgrade_request(server.host));
    expect([responses[0]?.status, closed]).toEqual([503, true]);
  });

  test("those that are in talk on, and a place that is left is given away", async () => {
    await fill();
    const [first] = open;
    first?.send(Buffer.from([0x81, 0x80, 0, 0, 0, 0]));
    expect((await first?.frame_count(1))?.[0]?.code).toBe(opcode.text);
    open.pop()?.close();
    const place = await eventually("a place", async () => {
      const answer = await call(server, "GET", "/healthz");
      return answer.status === 200 ? answer : undefined;
    });
    expect(place.text).toBe('{"status":"ok"}');
  });
});

describe("with --idle-timeout 2", () => {
  let server: Server;
  beforeAll(async () => void (server = await Server.kinds({ flags: ["--idle-timeout", "2"] })));
  afterAll(async () => void (await server.stop()));

  test("a peer that answers no ping is let go, one that does stays", async () => {
    const talker = await Talker.start(server);
    const dead = new WebSocket(`ws://${server.host}/ws`, ["advisor.v1"], { autoPong: false });
    const pings: number[] = [];
    dead.on("ping", () => pings.push(1));
    const code = await new Promise((resolve) => dead.on("close", resolve));
    expect(code).toBe(1006);
    expect(pings.length, "it was asked").toBeGreaterThan(0);
    // The control: the other one was silent for as long, but for its pongs.
    expect((await talker.answer("left")).seq).toBe(2);
    await talker.close();
  });

  test("a peer that stops in the middle of a frame is let go", async () => {
    const raw = await RawWebSocket.open(server);
    raw.send(Buffer.from([0x81, 0xfe, 0x01]));
    await raw.connection.until_closed();
    expect(raw.connection.ended).toBe(true);
    raw.close();
  });
});

describe("slow requests", () => {
  let server: Server;
  beforeAll(async () => void (server = await Server.kinds()));
  afterAll(async () => void (await server.stop()));

  test("half heads and silent connections are closed without an answer, while others are served", async () => {
    const beginnings = [
      "",
      "G",
      "GET /healthz HTTP/1.1\r\nHost: x\r\n",
      "POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Le",
    ];
    const slow = await Promise.all(beginnings.map(() => RawConnection.open(server.port)));
    slow.forEach((connection, index) => connection.send(beginnings[index] ?? ""));
    expect((await call(server, "GET", "/healthz")).status).toBe(200);
    await Promise.all(slow.map((connection) => connection.until_closed()));
    for (const connection of slow) {
      expect([connection.ended, connection.received.length]).toEqual([true, 0]);
      connection.close();
    }
    expect((await call(server, "GET", "/healthz")).status).toBe(200);
  });
});
