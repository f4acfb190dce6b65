import { describe, expect, test } from "vitest";
import { initial_state, may_submit, next_frame, opening_turn, reduce, type Event, type State } from "../../src/chat/state.ts";
import type { Confirm, Question, Reply, TurnFrame } from "../../src/shared/protocol.ts";

const question = (id: string): Question => ({ id, text: `${id}?`, kind: "choice", options: [{ id: "yes", label: "Yes" }] });

function reply(id: string, seq: number, extra: Partial<Reply> = {}): Reply {
  return {
    type: "reply", id, session: "s", seq, messages: [{ text: `message ${seq}`, kind: "react" }], question: question(`q${seq}`),
    progress: { answered: seq, remaining: 1 }, recommendation: null, ...extra,
  };
}

function play(state: State, ...events: Event[]): State {
  return events.reduce(reduce, state);
}

const received = (frame: Reply | { type: "error"; id: string | null; code: string; message: string }): Event => ({ type: "received", frame, fresh_id: "fresh" });
const submit = (frame: TurnFrame, shown = "words"): Event => ({ type: "submit", frame, shown });

function started(): State {
  const opening = opening_turn("start", {});
  return play(
    { ...initial_state(), outbox: [opening] }, { type: "connecting" }, { type: "opened" }, { type: "sent", frame: opening.frame },
    received(reply("start", 1, { token: "t" })),
  );
}

function sent(state: State, frame: TurnFrame, shown = "words"): State {
  return play(state, submit(frame, shown), { type: "sent", frame });
}

describe("sending", () => {
  test("opens with start and takes the session from its reply", () => {
    const state = started();
    expect(state.session).toEqual({ id: "s", token: "t" });
    expect(state.outbox).toEqual([]);
    expect(may_submit(state)).toBe(true);
  });

  test("one turn at a time: a second one is not taken while the first is on its way", () => {
    const state = sent(started(), { type: "answer", id: "a", question: "q1", value: "yes" });
    expect(may_submit(state)).toBe(false);
    expect(reduce(state, submit({ type: "say", id: "b", text: "more" }))).toBe(state);
  });

  test("after a lost connection: resume first, then the same frame with the same id", () => {
    const frame: TurnFrame = { type: "answer", id: "a", question: "q1", value: "yes" };
    let state = play(sent(started(), frame), { type: "closed", code: 1006 }, { type: "connecting" }, { type: "opened" });
    const resume = next_frame(state, "r");
    expect(resume).toEqual({ type: "resume", id: "r", session: "s", token: "t", after: 1 });
    state = play(state, { type: "sent", frame: resume! }, received(reply("r", 1, { messages: [] })));
    expect(next_frame(state, "x")).toBe(frame);
  });

  test.each(["busy", "storage_unavailable", "draining", "too_many_requests"])("%s: the same frame goes out again after a pause", (code) => {
    const frame: TurnFrame = { type: "say", id: "a", text: "hello" };
    const held = play(sent(started(), frame), received({ type: "error", id: "a", code, message: "later" }));
    expect(held.holding).toBe(true);
    expect(next_frame(held, "x")).toBeNull();
    expect(next_frame(reduce(held, { type: "hold_over" }), "x")).toBe(frame);
  });

  test("no_session: resumes before the frame goes out again", () => {
    const state = play(sent(started(), { type: "back", id: "a" }), received({ type: "error", id: "a", code: "no_session", message: "" }), { type: "hold_over" });
    expect(next_frame(state, "r")?.type).toBe("resume");
  });
});

describe("errors", () => {
  test("a refused text goes back into the input and the question stays", () => {
    const state = play(sent(started(), { type: "say", id: "a", text: "12 eggs" }), received({ type: "error", id: "a", code: "bad_value", message: "Not that." }));
    expect(state.outbox).toEqual([]);
    expect(state.returned?.text).toBe("12 eggs");
    expect(state.notice).toMatchObject({ text: "Not that.", kind: "error" });
    expect(state.head.question?.id).toBe("q1");
  });

  test("an error without an id is about the frame in flight", () => {
    const state = play(sent(started(), { type: "say", id: "a", text: "x" }), received({ type: "error", id: null, code: "message_too_large", message: "Too large." }));
    expect(state.outbox).toEqual([]);
  });

  test("an answer to a question that is no longer pending fetches what happened", () => {
    const state = play(sent(started(), { type: "answer", id: "a", question: "q1", value: "yes" }), received({ type: "error", id: "a", code: "question_not_pending", message: "Moved on." }));
    expect(next_frame(state, "r")).toMatchObject({ type: "resume", after: 0 });
  });

  test.each(["session_not_found", "wrong_token"])("%s: says so kindly and begins anew", (code) => {
    const lost = play(started(), { type: "closed", code: 1006 }, { type: "connecting" }, { type: "opened" });
    const resume = next_frame(lost, "r")!;
    const state = play(lost, { type: "sent", frame: resume }, received({ type: "error", id: "r", code, message: "" }));
    expect(state.session).toBeNull();
    expect(state.turns).toEqual([]);
    expect(state.notice?.kind).toBe("info");
    expect(next_frame(state, "x")).toEqual({ type: "start", id: "fresh" });
  });

  test("a session that is lost while a text is on its way gives the text back", () => {
    const lost = play(sent(started(), { type: "say", id: "a", text: "dear words" }), { type: "closed", code: 1006 }, { type: "opened" });
    const state = play(lost, { type: "sent", frame: next_frame(lost, "r")! }, received({ type: "error", id: "r", code: "session_not_found", message: "" }));
    expect(state.returned?.text).toBe("dear words");
  });

  test("a start that is refused waits for the user", () => {
    const opening = opening_turn("start", { script: "nope" });
    const state = play({ ...initial_state({ script: "nope" }), outbox: [opening] }, { type: "opened" }, { type: "sent", frame: opening.frame }, received({ type: "error", id: "start", code: "unknown_script", message: "No such script." }));
    expect(state.refused?.code).toBe("unknown_script");
    expect(next_frame(state, "x")).toBeNull();
    expect(next_frame(reduce(state, { type: "start_anew", id: "again", opening: {} }), "x")).toEqual({ type: "start", id: "again" });
  });
});

describe("what is known", () => {
  test("an answer counts and can be changed; a later one to the same question replaces it", () => {
    let state = play(sent(started(), { type: "answer", id: "a", question: "q1", value: "yes" }), received(reply("a", 2, { question: question("q1") })));
    expect(state.turns[1]?.user).toMatchObject({ question: "q1", active: true });
    state = play(sent(state, { type: "answer", id: "b", question: "q1", value: "yes" }), received(reply("b", 3)));
    expect(state.turns.map(({ user }) => user?.active)).toEqual([undefined, false, true]);
  });

  test("after anything but a plain answer the page asks which answers still count", () => {
    const state = play(sent(started(), { type: "back", id: "a" }), received(reply("a", 2)));
    expect(next_frame(state, "r")).toMatchObject({ type: "resume", after: 0 });
  });

  test("a proposed change is on the table until something else is said, also across a resume", () => {
    const confirm: Confirm = { question: "q1", value: "no", kept: [], dropped: ["q2"], asked: [] };
    let state = play(sent(started(), { type: "answer", id: "a", question: "q1", value: "no" }), received(reply("a", 2, { confirm })));
    expect(state.head.confirm).toEqual(confirm);
    expect(state.turns[1]?.user?.active, "nothing is answered before the user agrees").toBeUndefined();
    const again = play(state, { type: "closed", code: 1006 }, { type: "opened" });
    state = play(again, { type: "sent", frame: next_frame(again, "r")! }, received(reply("r", 2, { messages: [] })));
    expect(state.head.confirm).toEqual(confirm);
    state = play(sent(state, { type: "say", id: "b", text: "no" }), received(reply("b", 3)));
    expect(state.head.confirm).toBeNull();
  });

  test("a turn of another tab is fetched, and only what is missing", () => {
    const state = reduce(started(), { type: "received", frame: { type: "event", event: "turn", session: "s", seq: 3 }, fresh_id: "x" });
    expect(next_frame(state, "r")).toMatchObject({ type: "resume", after: 1 });
  });

  test("a number that skips some fetches the turns between", () => {
    const state = play(sent(started(), { type: "answer", id: "a", question: "q1", value: "yes" }), received(reply("a", 4)));
    expect(state.known).toBe(1);
    expect(next_frame(state, "r")).toMatchObject({ type: "resume", after: 1 });
  });

  test("a server that was set back to an earlier day is believed", () => {
    let state = started();
    for (const [id, seq] of [["a", 2], ["b", 3]] as const) state = play(sent(state, { type: "answer", id, question: `q${seq - 1}`, value: "yes" }), received(reply(id, seq)));
    state = play(state, { type: "closed", code: 1006 }, { type: "opened" });
    state = play(state, { type: "sent", frame: next_frame(state, "r")! }, received(reply("r", 2, { messages: [] })));
    expect(state.turns.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(next_frame(state, "r2")).toMatchObject({ type: "resume", after: 0 });
    expect(state.head.question?.id).toBe("q2");
  });
});
