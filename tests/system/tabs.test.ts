// Two tabs on one session: a turn in one is told to the other, and resume brings exactly what it missed.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { call } from "./support/http.ts";
import { Server } from "./support/server.ts";
import { Talker } from "./support/talker.ts";

// Also with two I/O threads, where the tabs may sit on different ones.
describe.each([1, 2])("with %i I/O threads", (threads) => {
  let server: Server;

  beforeAll(async () => void (server = await Server.kinds({ flags: ["--threads", String(threads)] })));
  afterAll(async () => void (await server.stop()));

  async function two_tabs(): Promise<[Talker, Talker]> {
    const one = await Talker.start(server);
    const two = await Talker.open(server);
    await two.resume(one);
    return [one, two];
  }

  test("the other tab gets an event, the tab that took the turn none, a tab of another session none", async () => {
    for (let round = 0; round < 8; round++) {
      const [one, two] = await two_tabs();
      const stranger = await Talker.start(server);
      const { session } = one;
      await one.answer("left");
      expect(await two.next_event()).toEqual({ type: "event", event: "turn", session, seq: 2 });
      await two.request({ type: "back" });
      expect(await one.next_event()).toEqual({ type: "event", event: "turn", session, seq: 3 });
      for (const talker of [one, two, stranger]) {
        await talker.close();
        expect(talker.events).toEqual([]);
      }
    }
  });

  test("resume(after) brings the turns after it, and nothing else", async () => {
    const [one, two] = await two_tabs();
    await one.answer("left");
    await one.answer("deep");
    for (let seq = 0; seq < 3;) seq = (await two.next_event()).seq ?? 0;
    for (const [after, seqs] of [
      [0, [1, 2, 3]],
      [1, [2, 3]],
      [2, [3]],
      [3, []],
      [99, []],
    ] as const) {
      const frame = await two.resume(two, after);
      expect([...new Set(frame.messages.map((message) => message.seq))], `after ${after}`).toEqual(seqs);
      expect(frame).toMatchObject({ seq: 3, question: { id: "several" }, answers: { pick: "left", depth: "deep" } });
    }
    const { messages } = await two.resume(two, 2);
    expect(messages[0]).toMatchObject({ from: "user", text: "Deep", question: "depth", active: true });
    await one.close();
    await two.close();
  });

  test("a repeated frame and a resume are no turns, and nobody is told", async () => {
    const [one, two] = await two_tabs();
    const turn = { type: "answer", question: "pick", value: "left", id: "turn" };
    await one.request(turn);
    await two.next_event();
    await one.request(turn);
    await one.resume(one);
    expect(await one.refusal({ type: "answer", question: "pick", value: "left" })).toBe("question_not_pending");
    await one.close();
    await two.close();
    expect(two.events).toEqual([]);
  });

  test("a turn over HTTP is told too", async () => {
    const [one, two] = await two_tabs();
    const json = { type: "answer", id: "over http", question: "pick", value: "left" };
    await call(server, "POST", `/api/v1/sessions/${one.session}/turns`, { token: one.token, json });
    for (const talker of [one, two]) {
      expect((await talker.next_event()).seq).toBe(2);
      await talker.close();
    }
  });

  test("who has moved on to another session is told of that one only", async () => {
    const [one, two] = await two_tabs();
    await two.request({ type: "start" });
    await one.answer("left");
    await one.close();
    await two.close();
    expect(two.events).toEqual([]);
  });

  test("who loses a race learns of the turn that won", async () => {
    for (let round = 0; round < 60; round++) {
      const [one, two] = await two_tabs();
      const answers = await Promise.all([
        one.exchange({ type: "answer", question: "pick", value: "left" }),
        two.exchange({ type: "answer", question: "pick", value: "right" }),
      ]);
      const loser = answers[0].frame.type === "error" ? one : two;
      expect((await loser.next_event()).seq).toBe(2);
      await one.close();
      await two.close();
    }
  });
});
