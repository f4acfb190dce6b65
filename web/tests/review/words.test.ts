// Numbers, times and values as the console writes them.
import { expect, test } from "vitest";
import { outcome_order, series_words, tone_of } from "../../src/review/charts.tsx";
import { bytes_words, count_words, difference_words, duration_words, filter_words, share_words, time_words, typed_value, value_text } from "../../src/review/words.ts";

test.each([
  [null, "–"], [0, "0 s"], [40, "0.0 s"], [840, "0.8 s"], [9949, "9.9 s"], [9950, "10 s"], [59_400, "59 s"], [59_600, "1 min 00 s"], [185_000, "3 min 05 s"],
  [3_599_400, "59 min 59 s"], [3_600_000, "1 h 00 min"], [7_620_000, "2 h 07 min"], [86_400_000, "1 d 0 h"], [273_600_000, "3 d 4 h"],
])("%j ms are %s", (milliseconds, words) => {
  expect(duration_words(milliseconds)).toBe(words);
});

test.each([[0, "0 %"], [0.0751, "7.5 %"], [0.42, "42 %"], [1, "100 %"], [null, "–"], [Number.NaN, "–"]])("the share %j is %s", (share, words) => {
  expect(share_words(share)).toBe(words);
});

test.each([[0, "0 B"], [999, "999 B"], [1000, "1.0 kB"], [2_400_000_000, "2.4 GB"], [512_000, "512 kB"], [null, "–"]])("%j bytes are %s", (bytes, words) => {
  expect(bytes_words(bytes)).toBe(words);
});

test("counts group their digits", () => {
  expect(count_words(1234567)).toBe("1,234,567");
});

test("times are UTC, and name the year unless it is this one", () => {
  expect(time_words("2026-03-01T12:30:15.123Z")).toBe("1 Mar 2026 12:30");
  expect(time_words("2026-03-01T12:30:15.123Z", 2026)).toBe("1 Mar 12:30");
  expect(time_words(null)).toBe("–");
  expect(time_words("soon")).toBe("soon");
});

test("differences have a sign, and none that rounds to nothing", () => {
  expect(difference_words(5, 2, count_words)).toBe("+3");
  expect(difference_words(2, 5, count_words)).toBe("−3");
  expect(difference_words(0.5, 0.5, share_words)).toBe("±0");
  expect(difference_words(2, 12, count_words)).toBe("−10");
  expect(difference_words(null, 5, count_words)).toBe("–");
});

test.each([
  ["42", 5, 42], ["42", "text", "42"], ["yes", true, true], ["No", true, false], ["10-20", 5, { min: 10, max: 20 }], ["unknown", 5, "unknown"],
  ["milk, sugar", ["milk"], ["milk", "sugar"]], ["", 5, null], ["12", { min: 1, max: 2 }, 12],
])("%j typed over %j is %j", (text, like, value) => {
  expect(typed_value(text, like)).toEqual(value);
});

test.each([5, true, false, { min: 3, max: 9 }, ["a", "b"]])("the value %j comes back from its field", (value) => {
  expect(typed_value(value_text(value), value)).toEqual(value);
});

test("a filter's chip shortens a hash and names seconds", () => {
  expect(filter_words("script_version", "0123456789abcdef")).toBe("version: 01234567");
  expect(filter_words("min_duration", "60")).toBe("at least: 60 s");
  expect(filter_words("firmness", "too_close")).toBe("firmness: too close");
});

const series = [
  { period: "2026-03-01", started: 4, finished: 2, outcomes: { open: 2, a: 1, b: 1 } },
  { period: "2026-03-02", started: 9, finished: 9, outcomes: { b: 9 } },
];

test("outcomes stand in order of their number, what is open last", () => {
  const order = outcome_order(series);
  expect(order).toEqual(["b", "a", "open"]);
  expect(order.map((outcome) => tone_of(outcome, order))).toEqual(["tone-0", "tone-1", "tone-open"]);
});

test("a chart says its sense in words", () => {
  expect(series_words({ over_time: series, by: "day" })).toBe("Sessions started by day, 2026-03-01 to 2026-03-02: the most, 9, on 2026-03-02.");
  expect(series_words({ over_time: [], by: "day" })).toBe("No sessions.");
});
