// The checker's own tests: a right history passes, and every kind of wrong one is caught by its name.
import { describe, expect, test } from "vitest";
import { check, type HistoryEvent, type SeenTurn, type Stored, type StoredTurn, type ViolationName } from "./history.ts";

/** A small right history: one person, a start and three turns, a look, all stored. To be spoiled by the tests. */
function right_history() {
  const events: HistoryEvent[] = [];
  const turns: (StoredTurn & SeenTurn)[] = [];
  const said = [null, "a shop", null, "for ten people"];
  said.forEach((text, index) => {
    const seq = index + 1;
    const id = `frame-${seq}`;
    const session = seq === 1 ? "" : "s1";
    const heard = `heard-${seq}`;
    events.push({ event: "invoke", at: seq * 10, client: 1, id, session, text });
    events.push({ event: "ok", at: seq * 10 + 5, client: 1, id, session: "s1", seq, reply: `reply-${seq}`, heard });
    turns.push({ seq, said: text, heard, id });
  });
  const seen = turns.slice(2).map(({ seq, said: words, heard }) => ({ seq, said: words, heard }));
  events.push({ event: "look", asked_at: 60, at: 65, client: 1, session: "s1", after: 2, seq: 4, turns: seen });
  const stored: Stored = new Map([["s1", turns]]);
  return { events, stored, turns };
}

type History = ReturnType<typeof right_history>;

function names(spoil: (history: History) => void): ViolationName[] {
  const history = right_history();
  spoil(history);
  const found = check(
    history.events.toSorted((a, b) => a.at - b.at),
    history.stored,
  );
  return [...new Set(found.map((violation) => violation.name))].sort();
}

function ok_of(history: History, seq: number) {
  const found = history.events.find((event) => event.event === "ok" && event.seq === seq);
  if (found?.event !== "ok") throw new Error(`no ok for turn ${seq}`);
  return found;
}

function look_of(history: History) {
  const found = history.events.find((event) => event.event === "look");
  if (found?.event !== "look") throw new Error("no look");
  return found;
}

function without_ids(history: History): void {
  for (const turn of history.turns) turn.id = null;
}

describe("a right history passes", () => {
  test("as it is", () => {
    expect(names(() => {})).toEqual([]);
  });

  test("without the ids of the stored turns", () => {
    expect(names(without_ids)).toEqual([]);
  });

  test("with a frame that was sent again and got the same reply", () => {
    expect(
      names((history) => {
        const again = { event: "invoke", at: 70, client: 2, id: "frame-3", session: "s1", text: null } as const;
        history.events.push(again, { ...ok_of(history, 3), at: 75, client: 2 });
      }),
    ).toEqual([]);
  });

  test("with a frame without an answer, whether stored or not", () => {
    const unanswered = { event: "invoke", at: 70, client: 1, id: "frame-5", session: "s1", text: "hm" } as const;
    expect(names((history) => history.events.push(unanswered))).toEqual([]);
    expect(
      names((history) => {
        history.events.push(unanswered);
        history.turns.push({ seq: 5, said: "hm", heard: "heard-5", id: "frame-5" });
      }),
    ).toEqual([]);
  });

  test("with a frame that was refused and is not stored", () => {
    expect(
      names((history) => {
        history.events.push(
          { event: "invoke", at: 70, client: 1, id: "frame-5", session: "s1", text: "hm" },
          { event: "fail", at: 75, client: 1, id: "frame-5", code: "busy" },
        );
      }),
    ).toEqual([]);
  });

  test("with a frame that was refused once and left without an answer when sent again", () => {
    expect(
      names((history) => {
        history.events.push(
          { event: "invoke", at: 70, client: 1, id: "frame-5", session: "s1", text: "hm" },
          { event: "fail", at: 75, client: 1, id: "frame-5", code: "busy" },
          { event: "invoke", at: 80, client: 1, id: "frame-5", session: "s1", text: "hm" },
        );
        history.turns.push({ seq: 5, said: "hm", heard: "heard-5", id: "frame-5" });
      }),
    ).toEqual([]);
  });

  test("with two turns under way at once, in either order", () => {
    expect(
      names((history) => {
        ok_of(history, 3).at = 46; // after turn 4 was sent and answered
      }),
    ).toEqual([]);
  });
});

const bad: [string, ViolationName[], (history: History) => void][] = [
  ["the last turn is lost", ["lost", "wrong look"], ({ turns }) => turns.pop()],
  ["a turn in the middle is lost", ["hole", "lost", "wrong look"], ({ turns }) => turns.splice(2, 1)],
  ["a whole session is lost", ["lost", "wrong look"], ({ stored }) => stored.delete("s1")],
  [
    "a frame is stored twice",
    ["doubled"],
    ({ turns }) => turns.push({ seq: 5, said: "for ten people", heard: "heard-4", id: "frame-4" }),
  ],
  [
    "a frame is stored twice, seen without ids",
    ["doubled"],
    (history) => {
      history.turns.push({ seq: 5, said: "for ten people", heard: "heard-4", id: null });
      without_ids(history);
    },
  ],
  [
    "a frame that was sent again takes a second turn",
    ["doubled"],
    (history) => {
      history.events.push({ event: "invoke", at: 70, client: 1, id: "frame-4", session: "s1", text: "for ten people" });
      history.events.push({ ...ok_of(history, 4), at: 75, seq: 5 });
    },
  ],
  [
    "a frame that was sent again gets another reply",
    ["changed reply"],
    (history) => {
      history.events.push({ event: "invoke", at: 70, client: 1, id: "frame-4", session: "s1", text: "for ten people" });
      history.events.push({ ...ok_of(history, 4), at: 75, reply: "something else" });
    },
  ],
  ["a number is left out", ["hole", "lost", "wrong look"], ({ turns }) => (turns[3]!.seq = 5)],
  ["a number comes twice", ["hole", "lost", "wrong look", "wrong turn"], ({ turns }) => (turns[3]!.seq = 3)],
  [
    "two turns changed places",
    ["wrong look", "wrong turn"],
    ({ turns }) => {
      const [third, fourth] = [turns[2]!, turns[3]!];
      turns[2] = { ...fourth, seq: 3 };
      turns[3] = { ...third, seq: 4 };
    },
  ],
  [
    "a later turn got the lower number",
    ["reordered", "wrong turn"],
    (history) => {
      ok_of(history, 3).seq = 4;
      history.events.filter((event) => event.event === "ok" && event.id === "frame-4").forEach((event) => {
        if (event.event === "ok") event.seq = 3;
      });
    },
  ],
  [
    "a turn that nobody sent",
    ["foreign turn"],
    ({ turns }) => turns.push({ seq: 5, said: "who is this?", heard: "heard-5", id: "frame-99" }),
  ],
  [
    "words that nobody said",
    ["wrong look", "wrong turn"],
    ({ turns }) => (turns[3]!.said = "for ten million people"),
  ],
  [
    "another reply than the one that was acknowledged",
    ["wrong look", "wrong turn"],
    ({ turns }) => (turns[3]!.heard = "something else"),
  ],
  [
    "a session that nobody started",
    ["foreign session"],
    ({ stored }) => stored.set("s2", [{ seq: 1, said: null, heard: "heard-1", id: "frame-77" }]),
  ],
  [
    "a turn of another session",
    ["foreign turn", "lost"],
    (history) => {
      history.events.push(
        { event: "invoke", at: 70, client: 2, id: "other-1", session: "", text: null },
        { event: "ok", at: 75, client: 2, id: "other-1", session: "s2", seq: 1, reply: "r", heard: "h" },
      );
      history.turns.push({ seq: 5, said: null, heard: "h", id: "other-1" });
    },
  ],
  [
    "a refused frame is stored",
    ["refused but stored"],
    (history) => {
      history.events.push(
        { event: "invoke", at: 70, client: 1, id: "frame-5", session: "s1", text: "hm" },
        { event: "fail", at: 75, client: 1, id: "frame-5", code: "busy" },
      );
      history.turns.push({ seq: 5, said: "hm", heard: "heard-5", id: "frame-5" });
    },
  ],
  [
    "a frame that was left without an answer, then refused, is stored",
    ["refused but stored"],
    (history) => {
      history.events.push(
        { event: "invoke", at: 70, client: 1, id: "frame-5", session: "s1", text: "hm" },
        { event: "invoke", at: 75, client: 1, id: "frame-5", session: "s1", text: "hm" },
        { event: "fail", at: 80, client: 1, id: "frame-5", code: "not_answered" },
      );
      history.turns.push({ seq: 5, said: "hm", heard: "heard-5", id: "frame-5" });
    },
  ],
  [
    "a reply to a frame that nobody sent",
    ["reply to nothing"],
    (history) => history.events.push({ ...ok_of(history, 4), at: 75, id: "frame-99" }),
  ],
  [
    "two frames are told the same number",
    ["shared number", "wrong turn"],
    (history) => {
      history.events.push({ event: "invoke", at: 46, client: 2, id: "frame-4b", session: "s1", text: null });
      history.events.push({ ...ok_of(history, 4), at: 48, client: 2, id: "frame-4b" });
    },
  ],
  [
    "two starts get one session",
    ["shared number", "shared session", "wrong turn"],
    (history) => {
      history.events.push({ event: "invoke", at: 11, client: 2, id: "frame-1b", session: "", text: null });
      history.events.push({ ...ok_of(history, 1), client: 2, id: "frame-1b" });
    },
  ],
  [
    "a reply from another session",
    ["wrong session"],
    (history) => {
      ok_of(history, 4).session = "s2";
    },
  ],
  [
    "a look that misses an acknowledged turn",
    ["stale look"],
    (history) => {
      const look = look_of(history);
      look.seq = 3;
      look.turns.pop();
    },
  ],
  [
    "a look with a hole",
    ["stale look"],
    (history) => {
      look_of(history).turns.shift();
    },
  ],
  [
    "a look at words that are not stored",
    ["wrong look"],
    (history) => {
      look_of(history).turns[0]!.heard = "something else";
    },
  ],
  [
    "a look at a turn that was taken back",
    ["wrong look"],
    (history) => {
      const look = look_of(history);
      look.seq = 5;
      look.turns.push({ seq: 5, said: null, heard: "heard-5" });
    },
  ],
];

describe("a wrong history is caught by name", () => {
  test.each(bad)("%s", (_, expected, spoil) => {
    expect(names(spoil)).toEqual(expected);
  });
});
