// News of the console as a stream: what sends it, what ends it, and how many there may be.
import { afterAll, beforeAll, expect, test } from "vitest";
import { run, Server } from "./support/server.ts";
import { Talker } from "./support/talker.ts";

let server: Server;

async function add_token(name: string): Promise<string> {
  const { code, out, err } = await run(["token", "add", name, "--role", "viewer", "--data", server.data]);
  expect([code, err]).toEqual([0, ""]);
  return out.trimEnd().split("\n").at(-1) ?? "";
}

/** One open stream; `next` is the data of its next event, null at its end. */
class Events {
  private readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  private readonly decoder = new TextDecoder();
  private text = "";

  private constructor(body: ReadableStream<Uint8Array>) {
    this.reader = body.getReader();
  }

  static async open(token: string): Promise<Events | number> {
    const response = await fetch(`http://${server.host}/api/v1/review/events`, { headers: { Authorization: `Bearer ${token}` } });
    if (response.status !== 200 || !response.body) return response.status;
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    return new Events(response.body);
  }

  async next(): Promise<{ turns: number; changes: number } | null> {
    for (;;) {
      const end = this.text.indexOf("\n\n");
      if (end >= 0) {
        const event = this.text.slice(0, end);
        this.text = this.text.slice(end + 2);
        const data = /^event: change\ndata: (.*)$/.exec(event)?.[1];
        if (data !== undefined) return JSON.parse(data) as { turns: number; changes: number };
        continue;
      }
      const { done, value } = await this.reader.read();
      if (done) return null;
      this.text += this.decoder.decode(value, { stream: true });
    }
  }

  close = (): Promise<void> => this.reader.cancel();
}

async function opened(token: string): Promise<Events> {
  const events = await Events.open(token);
  if (typeof events === "number") throw new Error(`refused with ${events}`);
  return events;
}

beforeAll(async () => {
  server = await Server.kinds();
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
});

test("a stream begins with where things stand, and tells of turns", async () => {
  const events = await opened(await add_token("reader"));
  const begin = await events.next();
  const talker = await Talker.start(server);
  await talker.close();
  const news = await events.next();
  expect(news?.turns).toBeGreaterThan(begin?.turns ?? Infinity);
  await events.close();
});

test("a stream ends with its token, and is refused without one", async () => {
  expect(await Events.open("no-such-token")).toBe(401);
  const tokens = [await add_token("short-lived"), await add_token("long-lived")] as const;
  const events = await opened(tokens[0]);
  const other = await opened(tokens[1]);
  await events.next();
  await other.next();
  const { code } = await run(["token", "remove", "short-lived", "--data", server.data]);
  expect(code).toBe(0);
  expect(await events.next()).toBeNull();
  // The one beside it goes on: it hears of the removal as a change.
  expect((await other.next())?.changes).toBeGreaterThan(0);
  await other.close();
});

test("one account has four streams; a fifth is refused, and another account's is not", async () => {
  const token = await add_token("greedy");
  const streams = await Promise.all([1, 2, 3, 4].map(() => opened(token)));
  expect(await Events.open(token)).toBe(503);
  const other = await opened(await add_token("modest"));
  await other.close();
  for (const stream of streams) await stream.close();
});

test("streams do not hold a server that goes down", async () => {
  const own = await Server.kinds();
  const { out } = await run(["token", "add", "waiting", "--role", "viewer", "--data", own.data]);
  const response = await fetch(`http://${own.host}/api/v1/review/events`, { headers: { Authorization: `Bearer ${out.trimEnd().split("\n").at(-1) ?? ""}` } });
  const body = response.text();
  expect(await own.stop()).toBe(0);
  expect(await body).toContain("event: change");
});
