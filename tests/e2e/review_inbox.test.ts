// The console's inbox: a text that was not understood becomes a word of an answer; lists show what comes in by themselves.
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { enter, heading, overflow, rows, visit } from "./console.ts";
import { browser_tests, expect_accessible, launch, Server } from "./harness.ts";
import { talk } from "./http_talk.ts";

browser_tests("review console, inbox and news", () => {
  let server: Server;
  let browser: Browser;
  beforeAll(async () => {
    server = await Server.start();
    browser = await launch();
    await talk(server, ["flibbertigibbet"], { most: 1 });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  test("a text is accepted as an answer: first what would change, then a draft", async () => {
    const { page, context, complaints } = await enter(browser, server, "ines", "editor");
    await visit(page, `${server.url}/review/inbox`);
    await page.getByRole("link", { name: "flibbertigibbet", exact: true }).click();
    await heading(page, /flibbertigibbet/);
    await expect.poll(() => page.getByRole("region", { name: "What people did next" }).textContent()).toMatch(/Answered/);
    await page.getByLabel("mean").selectOption({ index: 1 });
    await page.getByRole("button", { name: "See what would change" }).click();
    await expect.poll(() => page.getByText("is then read as").count()).toBe(1);
    expect(await page.getByRole("cell", { name: "not understood" }).count()).toBeGreaterThan(0);
    await expect_accessible(page);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, "inbox-text.png"), fullPage: true });
    await page.getByRole("button", { name: "Save as a draft" }).click();
    await expect.poll(() => page.getByText("Saved as a draft.").count()).toBe(1);
    await expect.poll(() => page.getByRole("region", { name: "What it was" }).textContent()).toMatch(/ines accepted/);
    expect(complaints.list).toEqual([]);
    await context.close();
  });

  test("a viewer reads what became of a text, and cannot accept it", async () => {
    const { page, context, complaints } = await enter(browser, server, "vera", "viewer", { viewport: { width: 360, height: 740 }, colorScheme: "dark" });
    await visit(page, `${server.url}/review/inbox`);
    await page.getByRole("link", { name: "flibbertigibbet", exact: true }).click();
    await heading(page, /flibbertigibbet/);
    expect(await page.getByRole("heading", { name: "Accept as an answer" }).count()).toBe(0);
    await expect_accessible(page);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, "inbox-text-phone.png"), fullPage: true });
    expect(complaints.list).toEqual([]);
    await context.close();
  });

  test("a new talk shows up in the list without a question for it", async () => {
    const { page, context, complaints } = await enter(browser, server, "lina", "viewer");
    // Nothing is asked for by the clock: what comes, comes by the stream.
    await page.addInitScript(() => {
      Object.assign(window, { setInterval: () => 0 });
    });
    const stream = page.waitForResponse((response) => response.url().endsWith("/events"));
    await visit(page, `${server.url}/review`);
    await stream;
    const before = await rows(page).count();
    await talk(server, [], { most: 1 });
    await expect.poll(() => rows(page).count()).toBe(before + 1);
    expect(complaints.list).toEqual([]);
    await context.close();
  });

  test("where there is no stream, the list is asked for", async () => {
    const { page, context } = await enter(browser, server, "nils", "viewer");
    await page.route("**/review/events", (route) => route.fulfill({ status: 503, body: "" }));
    await visit(page, `${server.url}/review`);
    const before = await rows(page).count();
    await talk(server, [], { most: 1 });
    await expect.poll(() => rows(page).count(), { timeout: 15_000 }).toBe(before + 1);
    await context.close();
  });
});
