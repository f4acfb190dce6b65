// SIGTERM: everybody is told, what is under way is finished, nothing that was acknowledged is lost, and it ends by itself.
import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Answer } from "./support/frames.ts";
import { call } from "./support/http.ts";
import { parse_responses, RawConnection } from "./support/raw.ts";
import { run, Server, temporary_folder } from "./support/server.ts";
import { Lost, Talker } from "./support/talker.ts";

let data: ReturnType<typeof temporary_folder>;
let server: Server;

beforeEach(() => void (data = temporary_folder()));
afterEach(async () => {
  await server.kill();
  data.remove();
});

const start = async (threads: number) =>
  void (server = await Server.kinds({ data: data.path, flags: ["--threads", String(threads)] }));
const cut_short = "drain_cut_short";

/** The numbers of turns by session, read by the program itself. */
async function stored_turns(): Promise<Map<string, number>> {
  const { out } = await run(["sessions", "--json", "--limit", "1000", "--data", data.path]);
  const sessions = JSON.parse(out) as { session: string; turns: number }[];
  return new Map(sessions.map(({ session, turns }) => [session, turns]));
}

describe.each([1, 2])("with %i I/O threads", (threads) => {
  test("100 talks with turns under way, kept-alive and half-open connections", async () => {
    await start(threads);
    const talkers = await Promise.all(Array.from({ length: 100 }, () => Talker.start(server)));
    const idle = await Promise.all(Array.from({ length: 10 }, () => RawConnection.open(server.port)));
    for (const connection of idle) connection.send(`GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n`);
    for (const connection of idle)
      await connection.until("a response", () => parse_responses(connection.received).length === 1);
    const half = await RawConnection.open(server.port);
    half.send("GET /hea");

    const replies = talkers.map(async (talker): Promise<Answer | undefined> => {
      try {
        return await talker.exchange({ type: "answer", question: "pick", value: "left" });
      } catch (error) {
        if (error instanceof Lost) return undefined;
        throw error;
      }
    });
    server.signal("SIGTERM");
    server.signal("SIGTERM"); // the second one changes nothing
    const code = await server.end();
    expect(code).toBe(0);
    expect(server.log).not.toContain(cut_short);

    const turns = await stored_turns();
    for (const [index, reply] of (await Promise.all(replies)).entries()) {
      const talker = talkers[index] as Talker;
      expect(await talker.closed).toBe(1012);
      expect(talker.events).toEqual([{ type: "event", event: "draining" }]);
      if (reply?.frame.type === "reply") expect(turns.get(talker.session)).toBe(2);
      else if (reply) expect([reply.frame.code, turns.get(talker.session)]).toEqual(["draining", 1]);
    }
    for (const connection of [...idle, half]) {
      await connection.until_closed();
      connection.close();
    }
  });

  test("requests under way are answered, and their kept-alive connections do not hold up the end", async () => {
    await start(threads);
    const connections = await Promise.all(Array.from({ length: 40 }, () => RawConnection.open(server.port)));
    const ids = connections.map(() => randomUUID());
    connections.forEach((connection, index) => {
      const body = JSON.stringify({ id: ids[index] });
      connection.send(
        `POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      );
    });
    // One answer shows that the others are under way.
    const [first] = connections;
    await first?.until("the first answer", () => parse_responses(first.received).length === 1);
    server.signal("SIGTERM");
    expect(await server.end()).toBe(0);
    expect(server.log).not.toContain(cut_short);

    const turns = await stored_turns();
    let answered = 0;
    for (const connection of connections) {
      await connection.until_closed();
      for (const response of parse_responses(connection.received)) {
        if (response.status !== 201) continue;
        answered += 1;
        expect(turns.get((JSON.parse(response.body) as { session: string }).session)).toBe(1);
      }
      connection.close();
    }
    expect(answered).toBeGreaterThan(0);
  });
});

test("who is told comes back to the next server and goes on", async () => {
  await start(1);
  const talker = await Talker.start(server);
  await talker.answer("left");
  server.signal("SIGTERM");
  expect(await talker.closed).toBe(1012);
  expect(await server.end()).toBe(0);
  await start(1);
  const again = await Talker.open(server);
  expect(await again.resume(talker, 1)).toMatchObject({ seq: 2, question: { id: "depth" } });
  await again.close();
});

test("while one peer holds on, the server is not ready and takes nobody in; the peer is cut off in the end", async () => {
  await start(1);
  const stubborn = await RawConnection.open(server.port);
  // Half a body: a request under way that never ends.
  stubborn.send(
    "POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
  );
  const waiting = await RawConnection.open(server.port);
  waiting.send("GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n");
  await waiting.until("ready", () => parse_responses(waiting.received).length === 1);
  expect(parse_responses(waiting.received)[0]?.status).toBe(200);
  const talker = await Talker.start(server);
  server.signal("SIGTERM");
  await talker.closed; // it has begun
  await expect(call(server, "GET", "/readyz")).rejects.toThrow(/ECONNREFUSED|ECONNRESET/);
  expect(await server.end()).toBe(0);
  expect(server.log, "the control: here it had to").toContain(cut_short);
  stubborn.close();
  waiting.close();
});

test("SIGINT is the same", async () => {
  await start(1);
  const talker = await Talker.start(server);
  server.signal("SIGINT");
  expect(await talker.closed).toBe(1012);
  expect(await server.end()).toBe(0);
});
