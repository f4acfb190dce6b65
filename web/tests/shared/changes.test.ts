import { expect, test } from "vitest";
import { shown_changes } from "../../src/shared/changes.ts";

const change = (outcome: string, ...questions: string[]) => ({
  set: Object.fromEntries(questions.map((question) => [question, true])),
  outcome,
  text: `${questions.join(" and ")}: ${outcome}`,
});

test("all single answers are shown, and the pairs that lead elsewhere before the rest", () => {
  const changes = [
    change("tea", "a"), change("tea", "b"),
    change("tea", "c", "d"), change("tea", "c", "e"), change("tea", "c", "f"), change("milk", "d", "e"), change("milk", "d", "f"),
  ];
  const { shown, more } = shown_changes(changes);
  expect(shown.map(({ text }) => text)).toEqual(["a: tea", "b: tea", "c and d: tea", "c and e: tea", "d and e: milk"]);
  expect(more).toBe("And 2 more pairs of answers.");
});

test("nothing is said about pairs when all are shown", () => {
  expect(shown_changes([change("tea", "a", "b"), change("tea", "a", "c"), change("tea", "b", "c")])).toMatchObject({ more: null });
  expect(shown_changes([])).toEqual({ shown: [], more: null });
  expect(shown_changes(Array.from({ length: 4 }, (_, at) => change("tea", "a", `b${at}`))).more).toBe("And 1 more pair of answers.");
});
