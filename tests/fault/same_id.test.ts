// The id of a frame is its key: however often, from however many connections and in whatever order it arrives, it takes
// one turn, and every reply to it is the same bytes. Also after the server was killed.
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answer, Connection, turns_of } from "./connection.ts";
import { ServerProcess } from "./server_process.ts";

const connection_count = 4;
const sessions = 25;

interface Turn {
  frame: { type: string; id: string; text?: string };
  reply: string;
}

interface Talk {
  session: string;
  token: string;
  turns: Turn[];
}

describe("one frame sent from several connections at once", () => {
  const data = mkdtempSync(join(tmpdir(), "advisor-same-id-"));
  const talks: Talk[] = [];
  const differences: string[] = [];
  let server: ServerProcess | undefined;
  let port = 0;

  beforeAll(async () => {
    server = ServerProcess.spawn(data, 0);
    port = await server.listening;
    const connections = await open_all();
    for (let i = 0; i < sessions; i++) talks.push(await talk(connections));
    for (const connection of connections) connection.close();
  });

  afterAll(async () => {
    await server?.kill();
    rmSync(data, { recursive: true, force: true });
  });

  function open_all(): Promise<Connection[]> {
    return Promise.all(Array.from({ length: connection_count }, () => Connection.open(port)));
  }

  /** Sends the frame on all connections in one go; notes replies that differ. */
  async function send_everywhere(connections: Connection[], frame: Turn["frame"]): Promise<Answer> {
    const answers = await Promise.all(connections.map((connection) => connection.request(frame)));
    for (const answer of answers) {
      if (answer.text !== answers[0]!.text || answer.frame.type !== "reply") differences.push(answer.text);
    }
    return answers[0]!;
  }

  async function talk(connections: Connection[]): Promise<Talk> {
    const start = { type: "start", id: randomUUID() };
    const first = await send_everywhere(connections, start);
    const { session, token = "" } = first.frame;
    const turns: Turn[] = [{ frame: start, reply: first.text }];
    for (let i = 0; i < 3; i++) {
      const frame = { type: "say", id: randomUUID(), text: `Hello ${randomUUID()}` };
      turns.push({ frame, reply: (await send_everywhere(connections, frame)).text });
    }
    return { session, token, turns };
  }

  async function read(connection: Connection, { session, token }: Talk) {
    const { frame } = await connection.request({ type: "resume", id: randomUUID(), session, token, after: 0 });
    return { seq: frame.seq, turns: turns_of(frame) };
  }

  test("every connection got the same bytes", () => {
    expect(differences).toEqual([]);
  });

  test("each frame took one turn", async () => {
    const connection = await Connection.open(port);
    for (const one of talks) {
      const { seq, turns } = await read(connection, one);
      expect(seq).toBe(one.turns.length);
      expect(turns.map((turn) => turn.seq)).toEqual(one.turns.map((_, index) => index + 1));
    }
    connection.close();
  });

  test("different frames sent at once each take a turn of their own", async () => {
    const connections = await open_all();
    const opening = await send_everywhere(connections, { type: "start", id: randomUUID() });
    const replies = await Promise.all(
      connections.map((connection) => connection.request({ type: "say", id: randomUUID(), text: "Hello" })),
    );
    // `busy` is allowed, a lost or shared turn is not.
    const taken = replies.filter(({ frame }) => frame.type === "reply").map(({ frame }) => frame.seq);
    const refused = replies.filter(({ frame }) => frame.type === "error").map(({ frame }) => frame.code);
    expect(new Set(taken).size).toBe(taken.length);
    expect(taken.length).toBeGreaterThan(0);
    expect(refused.every((code) => code === "busy")).toBe(true);
    const { session, token = "" } = opening.frame;
    expect((await read(connections[0]!, { session, token, turns: [] })).seq).toBe(1 + taken.length);
    for (const connection of connections) connection.close();
  });

  test("after a kill the same frames get the same bytes and take no turn", async () => {
    await server?.kill();
    server = ServerProcess.spawn(data, port);
    await server.listening;
    const connection = await Connection.open(port);
    for (const one of talks) {
      await read(connection, one);
      for (const { frame, reply } of one.turns) expect((await connection.request(frame)).text).toBe(reply);
      expect((await read(connection, one)).seq).toBe(one.turns.length);
    }
    connection.close();
  });
});
