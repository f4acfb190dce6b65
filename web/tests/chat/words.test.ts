import fc from "fast-check";
import { expect, test } from "vitest";
import { reconnect_delay_ms, retry_delay_ms } from "../../src/chat/delay.ts";
import { clean_text, month_words, read_number, value_words, with_links } from "../../src/chat/words.ts";
import type { Question } from "../../src/shared/protocol.ts";

const people: Question = { id: "n", text: "", kind: "number", min: 1, max: 10_000, unit: "people", ranges: [{ label: "Few", min: 1, max: 50 }], allow_unknown: true };

test.each([
  ["4000", { kind: "value", value: 4000 }],
  [" 4,000 ", { kind: "value", value: 4000 }],
  ["4 000", { kind: "value", value: 4000 }],
  ["3000-5000", { kind: "value", value: { min: 3000, max: 5000 } }],
  ["3,000 to 5,000", { kind: "value", value: { min: 3000, max: 5000 } }],
  ["about 3k", { kind: "words" }],
  ["4.000", { kind: "words" }],
  ["-5", { kind: "words" }],
  ["1-2-3", { kind: "words" }],
])("the number field reads %j", (text, entry) => {
  expect(read_number(text, people)).toEqual(entry);
});

test.each(["", "0", "20000", "50-20", "5-20000"])("the number field explains what is wrong with %j", (text) => {
  expect(read_number(text, people).kind).toBe("problem");
});

test("values as words", () => {
  const choice: Question = { id: "c", text: "", kind: "multi", options: [{ id: "a", label: "Audit" }, { id: "b", label: "On call" }], allow_unknown: true };
  expect(value_words(people, 4000)).toBe("4,000 people");
  expect(value_words(people, { min: 1, max: 50 })).toBe("Few");
  expect(value_words(people, { min: 3000, max: 5000 })).toBe("3,000 to 5,000 people");
  expect(value_words(people, { min: 500, max: 10_000 })).toBe("500 or more people");
  expect(value_words(choice, ["a", "b"])).toBe("Audit; On call");
  expect(value_words(choice, [])).toBe("None of these");
  expect(value_words(choice, "unknown")).toBe("I don't know");
  expect(value_words({ id: "s", text: "", kind: "scale", min: 1, max: 5 }, 4)).toBe("4");
  expect(value_words({ id: "b", text: "", kind: "boolean" }, false)).toBe("No");
});

test("text is cleaned of what the wire refuses, and of nothing else", () => {
  expect(clean_text("  a\u0000b\ud800 c\n\td ")).toBe("a b\ufffd c\n\td");
  expect(clean_text("👩‍💻 naïve – 日本")).toBe("👩‍💻 naïve – 日本");
});

test("a text of the allowed length fits into a message in every script", () => {
  for (const letter of ["😀", "\n", "\"", "é", "漢"]) {
    const text = letter.repeat(Math.floor(4000 / letter.length));
    expect(new TextEncoder().encode(JSON.stringify({ type: "say", id: "x".repeat(36), text })).length).toBeLessThan(16 * 1024);
  }
});

test("waiting stays within its bounds and restarts of the server are met soon", () => {
  fc.assert(fc.property(fc.nat(200), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (failures, random) => {
    expect(reconnect_delay_ms(failures, false, random)).toBeLessThanOrEqual(30_000);
    expect(retry_delay_ms(failures, random)).toBeLessThanOrEqual(30_000);
    expect(retry_delay_ms(failures, random)).toBeGreaterThanOrEqual(100);
    expect(reconnect_delay_ms(1, true, random)).toBeLessThanOrEqual(1000);
  }));
  expect(reconnect_delay_ms(0, false, 0.999)).toBeLessThanOrEqual(500);
});

test("months", () => {
  expect(month_words("2025-11")).toBe("November 2025");
  expect(month_words("2025-11-03")).toBe("November 2025");
  expect(month_words("last year")).toBe("last year");
});

test("addresses in an answer are told from its text, without the mark after them", () => {
  expect(with_links("Yes.\nSource: Docs, https://example.org/a?b=1 (as of 2026-11)")).toEqual([
    { text: "Yes.\nSource: Docs, ", link: false },
    { text: "https://example.org/a?b=1", link: true },
    { text: " (as of 2026-11)", link: false },
  ]);
  expect(with_links("See https://example.org/.")).toEqual([
    { text: "See ", link: false },
    { text: "https://example.org/", link: true },
    { text: ".", link: false },
  ]);
  expect(with_links("http://example.org javascript:alert(1)")).toEqual([{ text: "http://example.org javascript:alert(1)", link: false }]);
  expect(with_links("")).toEqual([]);
});
