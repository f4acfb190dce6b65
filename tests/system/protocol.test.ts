// The talk over the WebSocket: every kind of frame gets its one reply, every kind of question takes its values and refuses
// all others, and what is refused changes nothing.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { call } from "./support/http.ts";
import { Server } from "./support/server.ts";
import { Talker } from "./support/talker.ts";

let server: Server;
let talker: Talker;

beforeAll(async () => void (server = await Server.kinds()));
afterAll(async () => void (await server.stop()));
beforeEach(async () => void (talker = await Talker.start(server)));
afterEach(async () => void (await talker.close()));

/** Everything that is stored of a session, as text. */
async function stored({ session, token }: Talker): Promise<string> {
  return (await call(server, "GET", `/api/v1/sessions/${session}`, { token })).text;
}

describe("a conversation", () => {
  test("counts its turns from 1 without holes, whatever they are", async () => {
    const seqs = [
      await talker.answer("left"),
      await talker.request({ type: "say", text: "deep" }),
      await talker.request({ type: "say", text: "why do you ask?" }),
      await talker.request({ type: "back" }),
      await talker.request({ type: "skip" }),
      await talker.request({ type: "change", question: "pick" }),
      await talker.request({ type: "back" }),
      await talker.request({ type: "restart" }),
    ].map((frame) => frame.seq);
    expect(seqs).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test("asks every kind of question and ends with a recommendation whose points add up", async () => {
    const kinds = new Set<string>();
    for (const pick of ["left", "right"]) {
      await talker.request({ type: "restart" });
      await talker.answer(pick);
      while (talker.question && talker.question.id !== "words") {
        kinds.add(talker.question.kind);
        await talker.request({ type: "skip" });
      }
    }
    kinds.add(talker.question?.kind ?? "").add("choice");
    expect([...kinds].sort()).toEqual(["boolean", "choice", "multi", "number", "scale", "text"]);
    const frame = await talker.answer("Some words");
    expect(frame.question).toBeNull();
    const { recommendation } = frame;
    expect(recommendation?.outcome).toBe("second");
    for (const [option, points] of Object.entries(recommendation?.scores ?? {})) {
      const sum = recommendation?.reasons.reduce((total, reason) => total + (reason.points[option] ?? 0), 0);
      expect(sum, option).toBe(points);
    }
  });

  test("takes back the latest answer and asks it again", async () => {
    await talker.answer("left");
    await talker.answer("deep");
    const frame = await talker.request({ type: "back" });
    expect(frame.question?.id).toBe("depth");
    expect((await talker.resume(talker)).answers).toEqual({ pick: "left" });
  });

  test("leaves a question open when it is skipped, and not one that is required", async () => {
    expect((await talker.request({ type: "skip" })).question?.id).toBe("pick");
    await talker.answer("left");
    expect((await talker.request({ type: "skip" })).question?.id).toBe("several");
    expect((await talker.resume(talker)).answers).toEqual({ pick: "left", depth: "skipped" });
  });

  test("begins again on restart, in the same session", async () => {
    const { session } = talker;
    await talker.answer("left");
    const frame = await talker.request({ type: "restart" });
    expect(frame).toMatchObject({ session, seq: 3, progress: { answered: 0 } });
    expect((await talker.resume(talker)).answers).toEqual({});
  });

  test("a second start on a connection opens another session; the first one stays as it is", async () => {
    await talker.answer("left");
    const first = { session: talker.session, token: talker.token };
    await talker.request({ type: "start" });
    expect(talker.session).not.toBe(first.session);
    await talker.answer("right");
    expect((await talker.resume(first)).answers).toEqual({ pick: "left" });
  });
});

describe("a change", () => {
  const proposal = { type: "change", question: "pick", value: "right" };

  beforeEach(async () => {
    await talker.answer("left");
    await talker.answer("deep");
  });

  test("that drops nothing is done at once", async () => {
    const frame = await talker.request({ type: "change", question: "depth", value: "flat" });
    expect(frame.confirm).toBeUndefined();
    expect((await talker.resume(talker)).answers).toEqual({ pick: "left", depth: "flat" });
  });

  test("that drops answers says which and waits", async () => {
    const frame = await talker.request(proposal);
    expect(frame.confirm).toEqual({
      question: "pick",
      value: "right",
      kept: [],
      dropped: ["depth"],
      asked: ["height"],
    });
    const resumed = await talker.resume(talker);
    expect(resumed.answers).toEqual({ pick: "left", depth: "deep" });
    expect(resumed.confirm).toEqual(frame.confirm);
  });

  test("is done by confirm, or by a typed yes", async () => {
    for (const agreement of [
      { ...proposal, confirm: true },
      { type: "say", text: "yes" },
    ]) {
      await talker.request({ type: "restart" });
      await talker.answer("left");
      await talker.answer("deep");
      await talker.request(proposal);
      const frame = await talker.request(agreement);
      expect(frame.question?.id).toBe("height");
      expect((await talker.resume(talker)).answers).toEqual({ pick: "right" });
    }
  });

  test("is dropped by confirm: false", async () => {
    await talker.request(proposal);
    const frame = await talker.request({ ...proposal, confirm: false });
    expect(frame.confirm).toBeUndefined();
    expect(await talker.resume(talker)).toMatchObject({
      answers: { pick: "left", depth: "deep" },
      question: { id: "several" },
    });
  });

  test("is dropped by a no, by any other turn, and a late yes finds nothing to agree to", async () => {
    for (const other of [
      { type: "say", text: "no" },
      { type: "answer", question: "several", value: ["red"] },
    ]) {
      await talker.request(proposal);
      await talker.request(other);
      await talker.request({ type: "say", text: "yes" });
      expect((await talker.resume(talker)).answers).toMatchObject({ pick: "left", depth: "deep" });
    }
  });

  test("leaves the old answer marked as the one that counts until it is confirmed", async () => {
    const active = async () => {
      const { messages } = await talker.resume(talker);
      return messages.filter((line) => line.question === "pick").map((line) => line.active);
    };
    expect(await active()).toEqual([true]);
    await talker.request(proposal);
    expect((await active())[0]).toBe(true);
    await talker.request({ type: "say", text: "no" });
    expect((await active())[0]).toBe(true);
    await talker.request({ ...proposal, confirm: true });
    expect((await active())[0]).toBe(false);
  });

  test("without a value asks again, and the answer stays until there is another", async () => {
    const frame = await talker.request({ type: "change", question: "pick" });
    expect(frame.question?.id).toBe("pick");
    expect((await talker.resume(talker)).answers).toEqual({ pick: "left", depth: "deep" });
  });
});

/** Values per question: what it takes, and what not. JSON texts, so that any number can be written. */
const values: Record<string, { takes: string[]; refuses: string[] }> = {
  pick: {
    takes: ['"left"', '"right"'],
    refuses: ['"middle"', '"Left"', '""', "0", "true", "null", "[]", '["left"]', "{}", '"skipped"'],
  },
  several: {
    takes: ["[]", '["red"]', '["red","blue"]', '"unknown"'],
    refuses: ['"red"', '["pink"]', '["red",1]', "[[]]", "1", "true", "null", "{}", '["unknown"]'],
  },
  amount: {
    takes: ["1", "1000", '{"min":1,"max":1000}', '{"min":7,"max":8}', '"unknown"'],
    refuses: '0 1001 -1 1.5 "5" true null [5] 9223372036854775808 -9223372036854775809 {}'
      .split(" ")
      .concat('{"min":5}', '{"max":5}', '{"min":5,"max":4}', '{"min":0,"max":5}', '{"min":5,"max":1001}')
      .concat('{"min":"1","max":5}', '{"min":1.5,"max":5}'),
  },
  sure: { takes: ["true", "false", '"unknown"'], refuses: ['"yes"', "1", "0", "null", "[]", "{}"] },
  grade: {
    takes: ["1", "5", '"unknown"'],
    refuses: ["0", "6", "2.5", '"3"', "true", "null", "[]", '{"min":1,"max":2}', "{}"],
  },
  words: {
    takes: [
      '"a"',
      `"${"a".repeat(50)}"`,
      `"${"é".repeat(50)}"`,
      '{"text":"unknown"}',
      String.raw`"<b>&\"'"`,
      '"\\u0000"',
      '"🙂"',
    ],
    refuses: ['""', `"${"a".repeat(51)}"`, '{"text":1}', '{"text":""}', "1", "true", "null", "[]", "{}"],
  },
};

describe.each(Object.entries(values))("the question %s", (question, { takes, refuses }) => {
  const send = (json: string) => {
    const text = `{"type":"answer","id":"${crypto.randomUUID()}","question":"${question}","value":${json}}`;
    return talker.send(text, JSON.parse(text) as Record<string, unknown>);
  };

  beforeEach(async () => {
    await talker.answer_all(question);
    expect(talker.question?.id).toBe(question);
  });

  test("takes its values", async () => {
    for (const json of takes) {
      const { frame } = await send(json);
      expect(frame.type, json).toBe("reply");
      expect((await talker.resume(talker)).answers?.[question], json).toEqual(JSON.parse(json));
      await talker.request({ type: "back" });
    }
  });

  test("refuses all others, and the session stays what it was", async () => {
    const before = await stored(talker);
    for (const json of refuses) expect((await send(json)).frame.code, json).toBe("bad_value");
    expect(await stored(talker)).toBe(before);
  });
});

describe("a refused frame changes nothing:", () => {
  const refusals: [string, string, string][] = [
    ["a question that there is not", '{"type":"answer","id":"x","question":"nope","value":1}', "unknown_question"],
    ["a change of one that there is not", '{"type":"change","id":"x","question":"nope"}', "unknown_question"],
    [
      "another question than the pending one",
      '{"type":"answer","id":"x","question":"sure","value":true}',
      "question_not_pending",
    ],
    ["a change of what has no answer", '{"type":"change","id":"x","question":"sure","value":true}', "not_answered"],
    [
      "unknown where it is not taken",
      '{"type":"change","id":"x","question":"pick","value":"unknown"}',
      "unknown_not_allowed",
    ],
    ["a change to a wrong value", '{"type":"change","id":"x","question":"pick","value":"middle"}', "bad_value"],
    ["a type that there is not", '{"type":"shout","id":"x"}', "unknown_type"],
    ["a type of the server", '{"type":"reply","id":"x"}', "unknown_type"],
    ["no type", '{"id":"x","question":"pick"}', "bad_frame"],
    ["a type that is no text", '{"type":1,"id":"x"}', "bad_frame"],
    ["no id", '{"type":"back"}', "bad_frame"],
    ["an id that is no text", '{"type":"back","id":7}', "bad_frame"],
    ["an empty id", '{"type":"back","id":""}', "bad_frame"],
    ["an id of 65 characters", `{"type":"back","id":"${"i".repeat(65)}"}`, "bad_frame"],
    ["an id of 65 other characters", `{"type":"back","id":"${"ü".repeat(65)}"}`, "bad_frame"],
    ["an id with a control character", String.raw`{"type":"back","id":"a\u0000b"}`, "bad_frame"],
    ["an answer without a question", '{"type":"answer","id":"x","value":1}', "bad_frame"],
    ["an answer without a value", '{"type":"answer","id":"x","question":"depth"}', "bad_frame"],
    ["a question that is no text", '{"type":"answer","id":"x","question":1,"value":1}', "bad_frame"],
    ["say without a text", '{"type":"say","id":"x"}', "bad_frame"],
    ["say with an empty text", '{"type":"say","id":"x","text":""}', "bad_frame"],
    ["say with 4,001 characters", `{"type":"say","id":"x","text":"${"t".repeat(4001)}"}`, "bad_frame"],
    ["say with 4,001 other characters", `{"type":"say","id":"x","text":"${"ü".repeat(4001)}"}`, "bad_frame"],
    ["say with a number", '{"type":"say","id":"x","text":5}', "bad_frame"],
    [
      "a confirm that is no yes or no",
      '{"type":"change","id":"x","question":"pick","value":"right","confirm":"yes"}',
      "bad_frame",
    ],
    ["a script that there is not", '{"type":"start","id":"x","script":"nope"}', "unknown_script"],
    ["a script that is no text", '{"type":"start","id":"x","script":{}}', "bad_frame"],
    ["a locale that is no text", '{"type":"start","id":"x","locale":1}', "bad_frame"],
    ["resume of nothing", '{"type":"resume","id":"x"}', "bad_frame"],
    [
      "resume of a session that there is not",
      '{"type":"resume","id":"x","session":"nope","token":"t"}',
      "session_not_found",
    ],
    ["no JSON", "back", "bad_json"],
    ["half of a JSON", '{"type":"back","id":"x"', "bad_json"],
    ["two JSONs", '{"type":"back","id":"x"}{}', "bad_json"],
    ["an empty message", "", "bad_json"],
    ["an array", '[{"type":"back","id":"x"}]', "bad_json"],
    ["a text", '"back"', "bad_json"],
    ["null", "null", "bad_json"],
    ["half of a surrogate pair", String.raw`{"type":"say","id":"x","text":"\ud800"}`, "bad_json"],
    ["a number beyond all numbers", '{"type":"answer","id":"x","question":"depth","value":1e999}', "bad_json"],
  ];

  test.each(refusals)("%s", async (_, message, code) => {
    await talker.answer("left");
    const before = await stored(talker);
    const { frame } = await talker.send(message);
    expect(frame).toMatchObject({ type: "error", code });
    expect(await stored(talker)).toBe(before);
    expect((await talker.answer("deep")).seq, "the talk goes on, on the same connection").toBe(3);
  });

  test("a wrong token, also one that is right but for its last character", async () => {
    const other = await Talker.open(server);
    const { session, token } = talker;
    const nearly = token.slice(0, -1) + (token.endsWith("a") ? "b" : "a");
    for (const wrong of ["t", nearly, `${token}a`, token.slice(0, -1), token.toUpperCase()]) {
      expect(await other.refusal({ type: "resume", session, token: wrong }), wrong).toBe("wrong_token");
    }
    expect(await other.refusal({ type: "back" }), "nothing was opened").toBe("no_session");
    await other.close();
  });

  test("resume after what is no number of a turn", async () => {
    const { session, token } = talker;
    for (const after of [-1, 1.5, "1", true, [], {}]) {
      expect(await talker.refusal({ type: "resume", session, token, after }), JSON.stringify(after)).toBe("bad_frame");
    }
  });

  test("any turn before start or resume", async () => {
    const other = await Talker.open(server);
    for (const type of ["answer", "say", "change", "back", "skip", "restart"]) {
      expect(await other.refusal({ type, question: "pick", value: "left", text: "left" }), type).toBe("no_session");
    }
    await other.close();
  });
});

describe("the edges of what is taken:", () => {
  test("ids of 1 and of 64 characters, and any but control characters", async () => {
    for (const id of ["1", "i".repeat(64), "ü".repeat(64), 'quote " and \\', "<script>", "ü🙂"]) {
      expect((await talker.exchange({ type: "say", text: "hello", id })).frame, id).toMatchObject({
        type: "reply",
        id,
      });
    }
  });

  test("4,000 characters of text", async () => {
    expect((await talker.request({ type: "say", text: "t".repeat(4000) })).seq).toBe(2);
    expect((await talker.request({ type: "say", text: "ü".repeat(4000) })).seq).toBe(3);
  });

  test("what was typed comes back as it was", async () => {
    for (const text of [
      "<img src=x onerror=alert(1)>",
      "\u0000\u001b[31m",
      "\u202eright to left",
      "a\u0301".repeat(500),
      "' OR 1=1 --",
    ]) {
      await talker.request({ type: "say", text });
      const { messages } = await talker.resume(talker);
      expect(messages.filter((line) => line.from === "user").at(-1)?.text).toBe(text);
    }
  });
});
