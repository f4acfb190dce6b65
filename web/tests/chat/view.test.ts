import { expect, test } from "vitest";
import { initial_state, type State } from "../../src/chat/state.ts";
import { turns_of } from "../../src/chat/transcript.ts";
import { can_change, items_of } from "../../src/chat/view.ts";
import type { PastMessage, Question } from "../../src/shared/protocol.ts";

const question = (id: string): Question => ({ id, text: `${id}?`, kind: "text" });

const talk: PastMessage[] = [
  { text: "Hello", kind: "intro", from: "advisor", seq: 1 },
  { text: "first?", kind: "question", from: "advisor", seq: 1 },
  { text: "one", from: "user", seq: 2, question: "first", active: true },
  { text: "second?", kind: "question", from: "advisor", seq: 2 },
  { text: "why", from: "user", seq: 3 },
  { text: "Because.", kind: "why", from: "advisor", seq: 3 },
];

function resumed(extra: Partial<State> = {}): State {
  const head = { seq: 3, question: question("second"), progress: null, recommendation: null, confirm: null, facts: [] };
  return { ...initial_state(), turns: turns_of(talk), known: 3, head, questions: { second: question("second") }, ...extra };
}

const words = (state: State): string[] => items_of(state).map((item) => (item.type === "advisor" ? item.message.text : item.text));

test("a resumed talk reads in order, with the questions that were asked", () => {
  expect(words(resumed())).toEqual(["Hello", "first?", "one", "second?", "why", "Because.", "second?"]);
});

test("the same talk, lived through on this page, does not repeat the pending question", () => {
  const asked = { 1: "first", 2: "second", 3: "second" };
  expect(words(resumed({ asked, questions: { first: question("first"), second: question("second") } }))).toEqual(["Hello", "first?", "one", "second?", "why", "Because."]);
});

test("a turn on its way is shown at the end", () => {
  const state = resumed({ outbox: [{ frame: { type: "say", id: "x", text: "hm" }, shown: "hm" }] });
  expect(items_of(state).at(-1)).toMatchObject({ type: "user", text: "hm", sending: true });
});

test("only answers that still count can be changed", () => {
  const state = resumed();
  expect(can_change(state, "first")).toBe(true);
  expect(can_change(state, "second")).toBe(false);
  expect(items_of(state).find((item) => item.type === "user")).toMatchObject({ question: "first" });
});

test("a new beginning is marked", () => {
  const again: PastMessage[] = [...talk, { text: "again", from: "user", seq: 4 }, { text: "Hello", kind: "intro", from: "advisor", seq: 4 }];
  expect(items_of(resumed({ turns: turns_of(again), known: 4 })).map(({ type }) => type)).toContain("divider");
});
