// The id of a frame is its key: the same frame again gets the same bytes and takes no turn, whatever the way it comes.
// (tests/fault/same_id.test.ts does this to many sessions at once, and after kills.)
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { call } from "./support/http.ts";
import { Server, temporary_folder } from "./support/server.ts";
import { Talker } from "./support/talker.ts";

const data = temporary_folder();
let server: Server;

beforeAll(async () => void (server = await Server.kinds({ data: data.path })));
afterAll(async () => {
  await server.stop();
  data.remove();
});

describe("the same frame again on one connection", () => {
  let talker: Talker;
  beforeEach(async () => void (talker = await Talker.start(server)));

  const turns = [
    { type: "answer", question: "depth", value: "deep" },
    { type: "say", text: "deep" },
    { type: "change", question: "pick", value: "right" },
    { type: "back" },
    { type: "skip" },
    { type: "restart" },
  ];

  test.each(turns)("$type", async (turn) => {
    await talker.answer("left");
    const frame = { ...turn, id: randomUUID() };
    const first = await talker.exchange(frame);
    expect(first.frame).toMatchObject({ type: "reply", seq: 3 });
    const again = await talker.exchange(frame);
    expect(again.text).toBe(first.text);
    expect((await talker.request({ type: "say", text: "hello" })).seq).toBe(4);
    expect((await talker.exchange(frame)).text, "also later").toBe(first.text);
    await talker.close();
  });

  test("the first reply counts, even when the frame now says something else", async () => {
    const id = randomUUID();
    const first = await talker.exchange({ type: "answer", question: "pick", value: "left", id });
    for (const other of [
      { type: "answer", question: "pick", value: "right" },
      { type: "restart" },
      { type: "say", text: "hi" },
    ]) {
      expect((await talker.exchange({ ...other, id })).text).toBe(first.text);
    }
    expect((await talker.resume(talker)).answers).toEqual({ pick: "left" });
    await talker.close();
  });

  test("a refused frame may come again, corrected", async () => {
    const id = randomUUID();
    expect(await talker.refusal({ type: "answer", question: "pick", value: "middle", id })).toBe("bad_value");
    const frame = await talker.request({ type: "answer", question: "pick", value: "left", id });
    expect(frame.seq).toBe(2);
    await talker.close();
  });

  test("the same id in two sessions is two frames", async () => {
    const other = await Talker.start(server);
    const id = randomUUID();
    const first = await talker.request({ type: "answer", question: "pick", value: "left", id });
    const second = await other.request({ type: "answer", question: "pick", value: "right", id });
    expect([first.question?.id, second.question?.id]).toEqual(["depth", "height"]);
    await talker.close();
    await other.close();
  });
});

describe("the same frame from two connections at once", () => {
  test("start opens one session, and both get the same bytes", async () => {
    for (let round = 0; round < 20; round++) {
      const frame = { type: "start", id: randomUUID() };
      const talkers = [await Talker.open(server), await Talker.open(server)];
      const [first, second] = await Promise.all(talkers.map((talker) => talker.exchange(frame)));
      expect(second?.text).toBe(first?.text);
      expect(first?.frame.seq).toBe(1);
      for (const talker of talkers) await talker.close();
    }
  });

  test("answer takes one turn, and both get the same bytes", async () => {
    for (let round = 0; round < 20; round++) {
      const one = await Talker.start(server);
      const two = await Talker.open(server);
      await two.resume(one);
      const frame = { type: "answer", question: "pick", value: "left", id: randomUUID() };
      const [first, second] = await Promise.all([one.exchange(frame), two.exchange(frame)]);
      expect(second.text).toBe(first.text);
      expect((await one.resume(one)).seq).toBe(2);
      await one.close();
      await two.close();
    }
  });

  test("different answers to one question: one counts, the other is told that it came late", async () => {
    for (let round = 0; round < 20; round++) {
      const one = await Talker.start(server);
      const two = await Talker.open(server);
      await two.resume(one);
      const replies = await Promise.all([
        one.exchange({ type: "answer", question: "pick", value: "left" }),
        two.exchange({ type: "answer", question: "pick", value: "right" }),
      ]);
      expect(replies.map(({ frame }) => frame.code ?? "taken").sort()).toEqual(["question_not_pending", "taken"]);
      const winner = replies[0].frame.type === "reply" ? "left" : "right";
      expect((await one.resume(one)).answers).toEqual({ pick: winner });
      await one.close();
      await two.close();
    }
  });
});

describe("the id of a start", () => {
  test("names its session when it is long: any connection that repeats it gets the session", async () => {
    const id = "i".repeat(15) + randomUUID().slice(0, 1);
    const one = await Talker.open(server);
    const first = await one.exchange({ type: "start", id });
    await one.answer("left");
    const two = await Talker.open(server);
    expect((await two.exchange({ type: "start", id })).text).toBe(first.text);
    expect((await two.request({ type: "say", text: "deep" })).seq, "and goes on where it is").toBe(3);
    await one.close();
    await two.close();
  });

  test("is known on its own connection only when it is short, and opens nobody else's session", async () => {
    for (const id of ["1", "i".repeat(15)]) {
      const one = await Talker.open(server);
      const first = await one.exchange({ type: "start", id });
      expect((await one.exchange({ type: "start", id })).text).toBe(first.text);
      const two = await Talker.open(server);
      const second = await two.exchange({ type: "start", id });
      expect(second.frame.session).not.toBe(first.frame.session);
      expect(second.frame.token).not.toBe(first.frame.token);
      await one.close();
      await two.close();
    }
  });

  test("is the idempotency key over HTTP as well, and the same session on both doors", async () => {
    const id = randomUUID();
    const talker = await Talker.open(server);
    const first = await talker.exchange({ type: "start", id });
    const second = await call(server, "POST", "/api/v1/sessions", { json: { id } });
    expect(second.text).toBe(first.text);
    await talker.close();
  });
});

describe("after a restart of the server", () => {
  test("every frame gets the bytes that it got before, and takes no turn", async () => {
    const frames = [
      { type: "start", id: randomUUID() },
      { type: "answer", question: "pick", value: "left", id: randomUUID() },
      { type: "say", text: "hello, server", id: randomUUID() },
      { type: "change", question: "pick", value: "left", id: randomUUID() },
      { type: "back", id: randomUUID() },
    ];
    const before = await Talker.open(server);
    const texts: string[] = [];
    for (const frame of frames) texts.push((await before.exchange(frame)).text);
    await before.close();
    expect(await server.stop()).toBe(0);

    server = await Server.kinds({ data: data.path });
    const after = await Talker.open(server);
    for (const [index, frame] of frames.entries())
      expect((await after.exchange(frame)).text, frame.type).toBe(texts[index]);
    expect((await after.resume(before)).seq).toBe(frames.length);
    await after.close();
  });
});
