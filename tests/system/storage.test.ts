// A disk that is full: nobody loses what was acknowledged, everybody is told, and it goes on when there is space again.
// The limit on the size of files stands for the disk; it can be lifted while the server runs.
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { call, error_code } from "./support/http.ts";
import { Server, temporary_folder } from "./support/server.ts";
import { Talker } from "./support/talker.ts";

const data = temporary_folder();
const limit = (server: Server, bytes: number | "unlimited") =>
  void execFileSync("prlimit", ["--pid", String(server.pid), `--fsize=${bytes}:`]);

let server: Server;
let talker: Talker;

async function start_server(): Promise<void> {
  // With SIGXFSZ ignored a write beyond the limit fails, as on a full disk, and does not end the program.
  const wrapper = ["bash", "-c", 'trap "" XFSZ; exec "$@"', "bash"];
  server = await Server.kinds({ data: data.path, wrapper });
}

beforeAll(start_server);
afterAll(async () => {
  await server.stop();
  data.remove();
});

beforeEach(async () => {
  talker = await Talker.start(server);
  await talker.answer("left");
});

const hello = () => ({ type: "say", text: `hello ${"x".repeat(2000)}`, id: randomUUID() });

describe("on a full disk", () => {
  test("turns are refused, what is stored is served, and turns work again when there is space", async () => {
    const acknowledged = [(await talker.request(hello())).seq];
    limit(server, 4096);

    const refused = hello();
    for (const frame of [refused, hello(), { type: "answer", question: "depth", value: "deep" }, { type: "start" }]) {
      expect(await talker.refusal(frame), frame.type).toBe("storage_unavailable");
    }
    const { session, token } = talker;
    const path = `/api/v1/sessions/${session}`;
    const turn = await call(server, "POST", `${path}/turns`, { token, json: hello() });
    expect([turn.status, error_code(turn)]).toEqual([503, "storage_unavailable"]);
    const opened = await call(server, "POST", "/api/v1/sessions", { json: { id: randomUUID() } });
    expect([opened.status, error_code(opened)]).toEqual([503, "storage_unavailable"]);

    const ready = await call(server, "GET", "/readyz");
    expect([ready.status, error_code(ready)]).toEqual([503, "storage_unavailable"]);
    expect((await call(server, "GET", "/healthz")).status).toBe(200);
    expect((await call(server, "GET", "/")).status).toBe(200);
    expect(JSON.parse((await call(server, "GET", path, { token })).text)).toMatchObject({
      seq: 3,
      answers: { pick: "left" },
    });
    expect((await talker.resume(talker)).seq).toBe(acknowledged.at(-1));
    expect(server.log).toContain('"level":"error"');

    limit(server, "unlimited");
    expect((await talker.request(refused)).seq, "the same frame again").toBe(4);
    expect((await talker.answer("deep")).seq).toBe(5);
    expect((await call(server, "GET", "/readyz")).status).toBe(200);
    await talker.close();
  });

  test("every acknowledged turn is there after the disk filled up under load, and the server was killed", async () => {
    const talkers = await Promise.all(Array.from({ length: 8 }, () => Talker.start(server)));
    limit(server, 600_000);
    const acknowledged = new Map<string, number>();
    let refusals = 0;
    await Promise.all(
      talkers.map(async (one) => {
        for (let refused = 0; refused < 3;) {
          const { frame } = await one.exchange(hello());
          if (frame.type === "reply") acknowledged.set(one.session, frame.seq);
          else refused += 1;
        }
        refusals += 3;
      }),
    );
    expect(refusals).toBe(24);
    const before = talkers.map(({ session, token }) => ({ session, token }));
    await server.kill();
    await start_server();
    const reader = await Talker.open(server);
    for (const one of before) {
      const frame = await reader.resume(one);
      expect(frame.seq, "no less and no more").toBe(acknowledged.get(one.session) ?? 1);
      expect([...new Set(frame.messages.map((message) => message.seq))]).toEqual(
        Array.from({ length: frame.seq }, (_, index) => index + 1),
      );
      await reader.request(hello());
    }
    await reader.close();
    for (const one of talkers) one.socket.terminate();
  });
});
