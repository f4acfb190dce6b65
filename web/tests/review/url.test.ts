// The console's addresses: what is shown can be bookmarked, and comes back as it was.
import { describe, expect, test } from "vitest";
import { analytics_filters, last_days, read_filters, read_place, script_address, session_address, session_filters, with_filters, without } from "../../src/review/url.ts";

describe("places", () => {
  test.each([
    ["/review", "sessions"], ["/review/", "sessions"], ["/review/sessions", "sessions"], ["/review/analytics", "analytics"], ["/review/audit/", "audit"],
    ["/review/welcome", "welcome"], ["/review/nothing", "missing"], ["/review/session", "missing"], ["/review/analytics/x", "missing"], ["/review/sessions/a/b", "missing"],
    ["/other", "missing"], ["/", "missing"],
  ])("%s shows %s", (path, page) => {
    expect(read_place(path).page).toBe(page);
  });

  test.each(["abc", "a b", "ä/ö", "100%", "%zz", "<script>"])("the session %j is found again by its address", (id) => {
    expect(read_place(session_address(id))).toEqual({ page: "session", id });
  });

  test("a script's page says the version and the view, and the first view by saying nothing", () => {
    expect(script_address("tea or coffee")).toBe("/review/scripts/tea%20or%20coffee");
    expect(script_address("tea", "abc123", "replay", { job: "7" })).toBe("/review/scripts/tea?version=abc123&view=replay&job=7");
    expect(read_place("/review/scripts/tea%20or%20coffee")).toEqual({ page: "script", id: "tea or coffee" });
    expect(read_place("/review/scripts")).toEqual({ page: "scripts" });
  });

  test("an id that was never encoded does no harm", () => {
    expect(read_place("/review/sessions/%zz")).toEqual({ page: "session", id: "%zz" });
  });
});

describe("filters", () => {
  test("come back from the address that they make", () => {
    const filters = { q: "chat & \"voice\" =1+1#?", outcome: "nodejs", tag: "ä ö", from: "2026-03-01" };
    const address = new URL(with_filters("/review/sessions", filters), "http://x");
    expect(read_filters(address.search, session_filters)).toEqual(filters);
  });

  test("what is empty, blank or unknown is no filter", () => {
    expect(read_filters("?q=&outcome=%20&evil=1&tag=a", session_filters)).toEqual({ tag: "a" });
    expect(with_filters("/review/sessions", { q: "" })).toBe("/review/sessions");
  });

  test("one is taken away, the others stay, nothing is changed in place", () => {
    const filters = { q: "a", tag: "b" };
    expect(without(filters, "q")).toEqual({ tag: "b" });
    expect(filters).toEqual({ q: "a", tag: "b" });
    expect(without(filters, "outcome")).toEqual(filters);
  });

  test("figures know a version to compare with", () => {
    expect(read_filters("?compare=abc&q=x", analytics_filters)).toEqual({ compare: "abc" });
  });
});

test("the last days end with today, over a month's and a year's end", () => {
  expect(last_days(7, new Date("2026-03-03T23:59:59Z"))).toEqual({ from: "2026-02-25", to: "2026-03-03" });
  expect(last_days(1, new Date("2026-01-01T00:00:00Z"))).toEqual({ from: "2026-01-01", to: "2026-01-01" });
  expect(last_days(30, new Date("2026-01-10T12:00:00Z")).from).toBe("2025-12-12");
});
