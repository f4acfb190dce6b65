import { expect, test } from "vitest";
import { firmness_of, points_words, report_code, result_text, safe_address } from "../../src/result/words.ts";
import type { Recommendation } from "../../src/shared/protocol.ts";

const recommendation: Recommendation = {
  outcome: "tea", name: "Tea", headline: "Make tea.", firmness: "leaning", either_works: false,
  options: [{ id: "tea", name: "Tea", points: 3 }, { id: "coffee", name: "Coffee", points: -1 }],
  reasons: [{ rule: "r", question: "time", label: "Time", answer: "Evening", points: { tea: 3, coffee: -1 }, because: "Less caffeine.", evidence: [] }],
  changes: [{ set: { time: "morning" }, outcome: "coffee", text: "In the morning: coffee." }],
};

test("only web addresses become links", () => {
  expect(safe_address("https://example.org/a")).toBe("https://example.org/a");
  for (const url of ["javascript:alert(1)", "data:text/html,x", " jAvascript:x", "//example.org", "ftp://example.org", "", undefined]) expect(safe_address(url)).toBeNull();
});

test("only report pages of this server are followed", () => {
  expect(report_code("/r/Ab_9-x")).toBe("Ab_9-x");
  for (const report of ["https://example.org/r/x", "/r/x/y", "/r/", undefined]) expect(report_code(report)).toBeNull();
});

test("points have a true sign", () => {
  expect([3, 0, -2].map(points_words)).toEqual(["+3", "0", "−2"]);
});

test("a near tie is called one, and a result that rests on the team says so", () => {
  expect(firmness_of({ ...recommendation, firmness: "too_close" }).badge).toBe("Too close to call");
  expect(firmness_of({ ...recommendation, either_works: true }).sentence).toContain("either would work");
  expect(firmness_of({ ...recommendation, firmness: "clear" }).badge).toBe("Clear");
});

test("the copied text has everything that decides", () => {
  const text = result_text(recommendation, "https://example.org/r/x");
  for (const part of ["Recommendation: Tea", "Leaning", "Tea: 3", "Coffee: -1", "Time: Evening (Tea +3, Coffee −1). Less caffeine.", "In the morning: coffee.", "https://example.org/r/x"]) expect(text).toContain(part);
});
