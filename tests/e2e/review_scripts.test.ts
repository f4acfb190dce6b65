// Versions of scripts in the console: edited, looked at from all sides, published and rolled back.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { enter, heading, overflow, visit } from "./console.ts";
import { browser_tests, expect_accessible, launch, Server } from "./harness.ts";
import { begin, talk } from "./http_talk.ts";

const views = ["text", "changes", "shares", "tree", "replay", "play"];

const field = (page: Page): Locator => page.getByRole("textbox", { name: "Text of the script" });
const open_view = (page: Page, name: string): Promise<void> => page.getByRole("navigation", { name: "Views of this version" }).getByRole("link", { name, exact: true }).click();

/** Saves a version as a draft, and waits until it is the one that is shown. */
const save = async (page: Page, changed: string, note: string): Promise<string> => {
  await field(page).fill(changed);
  await page.getByLabel("What is new in it").fill(note);
  await page.getByRole("button", { name: "Save draft" }).click();
  await page.locator(".version-bar .badge", { hasText: "draft" }).waitFor();
  await page.locator(".version-bar").getByText(note, { exact: true }).waitFor();
  return new URL(page.url()).searchParams.get("version") ?? "";
};

browser_tests("scripts in the console", () => {
  let server: Server;
  let browser: Browser;
  let text = "";
  const open_script = async (page: Page): Promise<void> => {
    await visit(page, `${server.url}/review/scripts/tour`);
    await field(page).waitFor();
  };
  beforeAll(async () => {
    server = await Server.start();
    browser = await launch();
    text = readFileSync(join(server.folder, "scripts", "tour.json"), "utf8");
    for (let count = 0; count < 4; count++) await talk(server, [], { pick: () => count % 2 });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  test("an editor sees what is wrong beside the line, and saves a draft that a broken text can be, too", async () => {
    const { page, context, complaints } = await enter(browser, server, "edda", "editor");
    await page.getByRole("link", { name: "Scripts" }).click();
    await heading(page, "Scripts");
    await page.getByRole("link", { name: "tour", exact: true }).click();
    await heading(page, "tour");
    expect(await field(page).inputValue()).toBe(text);
    await field(page).fill(text.replace('"when": "cups >= 5"', '"when": "cupz >= 5"'));
    const finding = page.locator(".finding-list li.error");
    await finding.getByText(/no question "cupz".*did you mean "cups"/).waitFor();
    const line = text.slice(0, text.indexOf('"when": "cups >= 5"')).split("\n").length;
    await finding.getByRole("button", { name: `line ${line}` }).click();
    const selected = await field(page).evaluate((area: HTMLTextAreaElement) => area.value.slice(area.selectionStart, area.selectionEnd));
    expect(selected).toContain("cupz");
    await expect_accessible(page);
    await page.getByLabel("What is new in it").fill("half done");
    await page.getByRole("button", { name: "Save draft" }).click();
    await page.locator(".version-bar").getByText("half done", { exact: true }).waitFor();
    await page.getByText("has errors, and cannot be published").waitFor();
    expect(await page.getByRole("button", { name: "Publish" }).count()).toBe(0);
    await page.getByRole("button", { name: "Delete draft" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete the draft" }).click();
    await page.getByText("The draft is deleted.").waitFor();
    expect(complaints.list).toEqual([]);
    await context.close();
  });

  test("a draft is compared, simulated, replayed and played; an admin publishes it and goes back", async () => {
    const { page, context, complaints } = await enter(browser, server, "anton", "admin");
    await open_script(page);
    const hash = await save(page, text.replace('"points": { "coffee": 3 }, "because": "Coffee has', '"points": { "tea": 1 }, "because": "Coffee has').replace("What time of day is it?", "Is it early?"), "tea in the morning");

    await open_view(page, "Changes");
    const change = page.locator(".change-list li", { hasText: "morning_coffee" });
    await change.getByText('{"coffee":3}').waitFor();
    await change.getByText('{"tea":1}').waitFor();
    await page.locator(".diff tr.added", { hasText: "Is it early?" }).waitFor();

    await open_view(page, "Shares");
    const tea = page.getByRole("row", { name: /^Tea/ });
    await tea.waitFor();
    await expect.poll(() => tea.getByRole("cell").count()).toBe(4);
    expect(await tea.getByRole("cell").nth(1).textContent()).not.toBe(await tea.getByRole("cell").nth(2).textContent());

    await open_view(page, "Tree");
    await expect.poll(() => page.locator("img.tree").evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(100);

    await open_view(page, "Replay");
    await page.getByRole("button", { name: "Replay" }).click();
    await page.getByRole("heading", { name: "Results that change" }).waitFor();
    const flips = page.getByRole("table", { name: "Talks", exact: true });
    await flips.getByText("time: Morning").first().waitFor();
    expect(await flips.getByRole("link").first().getAttribute("href")).toMatch(/^\/review\/sessions\/.+/);

    await open_view(page, "Play");
    await page.getByText("Is it early?").waitFor();
    await page.getByRole("button", { name: "Evening" }).click();
    await page.getByText("How many cups do you need?").waitFor();
    await page.getByLabel("Say something").fill("12");
    await page.getByRole("button", { name: "Say" }).click();
    await page.getByLabel("Milk").check();
    await page.getByRole("button", { name: "Take these" }).click();
    await page.getByRole("button", { name: "Yes", exact: true }).click();
    await page.getByRole("button", { name: "I don’t know" }).click();
    await page.locator(".play .badge").waitFor();

    const before = await begin(server);
    await page.getByRole("button", { name: "Publish" }).click();
    await page.getByRole("dialog").getByText(/Talks that are under way stay/).waitFor();
    await expect_accessible(page);
    await page.getByRole("dialog").getByRole("button", { name: "Publish it" }).click();
    await page.getByText("Published: new talks begin with this version.").waitFor();
    expect((await begin(server) as unknown as { question: { text: string } }).question.text).toBe("Is it early?");
    const next = await before.take({ type: "answer", question: "time", value: "evening" });
    expect(next.question?.id).toBe("cups");

    await server.end("SIGTERM");
    complaints.forgive_network();
    await server.run();
    expect((await begin(server) as unknown as { question: { text: string } }).question.text).toBe("Is it early?");

    await page.goto(`${server.url}/review/scripts/tour?version=${hash}`);
    await page.getByRole("button", { name: "Roll back" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Roll back" }).click();
    await page.getByText("Rolled back: new talks begin with the version before.").waitFor();
    expect((await begin(server) as unknown as { question: { text: string } }).question.text).toBe("What time of day is it?");
    await page.goto(`${server.url}/review/audit`);
    await page.getByText("script.rollback").waitFor();
    await context.close();
  });

  test("a talk is replayed on another version from its own page", async () => {
    const { page, context, complaints } = await enter(browser, server, "olga", "editor");
    const id = await talk(server);
    await open_script(page);
    const hash = await save(page, text.replace('"points": { "coffee": 3 }, "because": "Coffee has', '"points": { "tea": 20 }, "because": "Coffee has'), "much tea");
    await page.goto(`${server.url}/review/sessions/${id}`);
    const card = page.locator(".card", { hasText: "On another version" });
    await card.getByLabel("Version").selectOption(hash);
    await card.getByRole("button", { name: "Replay" }).click();
    await card.getByText("Another result.").waitFor();
    await card.getByText(/^Because of time: Morning/).waitFor();
    expect(complaints.list).toEqual([]);
    await context.close();
  });

  test("every view is accessible, light and dark, and fits a phone; hostile texts are shown as texts", async () => {
    const wide = await enter(browser, server, "wilma", "editor");
    await open_script(wide.page);
    const hostile = "<img src=x onerror=window.broken=1>";
    const hash = await save(wide.page, text.replaceAll("What time of day is it?", hostile), hostile);
    const name = `${server.url}/review/scripts/tour?version=${hash}`;
    for (const scheme of ["light", "dark"] as const) {
      for (const width of [1280, 360]) {
        await wide.page.emulateMedia({ colorScheme: scheme });
        await wide.page.setViewportSize({ width, height: 800 });
        for (const address of [`${server.url}/review/scripts`, ...views.map((view) => `${name}&view=${view}`)]) {
          await visit(wide.page, address);
          await expect_accessible(wide.page);
          expect(await overflow(wide.page), `${address} at ${width}`).toBe(0);
          const folder = process.env.ADVISOR_SCREENSHOTS;
          if (folder) await wide.page.screenshot({ path: join(folder, `scripts-${address.split("view=")[1] ?? "list"}-${scheme}-${width}.png`) });
        }
      }
    }
    expect(await wide.page.evaluate(() => (window as unknown as { broken?: number }).broken)).toBeUndefined();
    expect(wide.complaints.list).toEqual([]);
    await wide.context.close();
  });

  test("a viewer reads everything and changes nothing", async () => {
    const { page, context, complaints } = await enter(browser, server, "vera", "viewer");
    await open_script(page);
    expect(await field(page).getAttribute("readonly")).not.toBeNull();
    for (const button of ["Save draft", "Publish", "Roll back", "Delete draft"]) expect(await page.getByRole("button", { name: button }).count()).toBe(0);
    await open_view(page, "Replay");
    expect(await page.getByRole("button", { name: "Replay" }).count()).toBe(0);
    expect(complaints.list).toEqual([]);
    await context.close();
  });
});
