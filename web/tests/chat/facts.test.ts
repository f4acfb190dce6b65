import { describe, expect, test } from "vitest";
import { initial_state, opening_turn, reduce, type Event, type State } from "../../src/chat/state.ts";
import { can_change } from "../../src/chat/view.ts";
import type { OfferedFact, Reply, TurnFrame } from "../../src/shared/protocol.ts";

const facts: OfferedFact[] = [{ question: "size", label: "Size", value: 4, text: "4 people" }];

function reply(id: string, seq: number, extra: Partial<Reply> = {}): Reply {
  return {
    type: "reply", id, session: "s", seq, messages: [], question: { id: "kind", text: "Kind?", kind: "choice" },
    progress: null, recommendation: null, ...extra,
  };
}

const received = (frame: Reply): Event => ({ type: "received", frame, fresh_id: "fresh" });
const play = (state: State, ...events: Event[]): State => events.reduce(reduce, state);

function offered(): State {
  const opening = opening_turn("start", {});
  const say: TurnFrame = { type: "say", id: "a", text: "we are four" };
  return play(
    { ...initial_state(), outbox: [opening] }, { type: "connecting" }, { type: "opened" }, { type: "sent", frame: opening.frame },
    received(reply("start", 1, { token: "t" })), { type: "submit", frame: say, shown: "we are four" }, { type: "sent", frame: say },
    received(reply("a", 2, { facts })),
  );
}

describe("offered facts", () => {
  test("are on the table after the reply that offers them", () => {
    expect(offered().head.facts).toEqual(facts);
  });

  test("stay there when a resume repeats the same turn, and go with the next reply", () => {
    const resumed = play(offered(), { type: "sent", frame: { type: "resume", id: "r", session: "s", token: "t", after: 0 } }, received(reply("r", 2, { facts, answers: {} })));
    expect(resumed.head.facts).toEqual(facts);
    const take: TurnFrame = { type: "facts", id: "b", accept: true };
    const taken = play(resumed, { type: "submit", frame: take, shown: "yes" }, { type: "sent", frame: take }, received(reply("b", 3)));
    expect(taken.head.facts).toEqual([]);
  });

  test("once taken over, can be changed although no bubble of theirs was an answer", () => {
    const before = offered();
    expect(can_change(before, "size")).toBe(false);
    const after = play(before, { type: "sent", frame: { type: "resume", id: "r", session: "s", token: "t", after: 0 } }, received(reply("r", 3, { answers: { size: 4 } })));
    expect(can_change(after, "size")).toBe(true);
  });
});
