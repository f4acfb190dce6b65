// The result and what can be done with it, the report page, the budget of the first load, and the program's own script.
import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { browser_tests, expect_accessible, launch, open_page, Server, stored_talk } from "./harness.ts";
import { result_heading, talk_through } from "./talk.ts";

const first_load_limit = 25 * 1024;

browser_tests("the result", () => {
  let server: Server;
  let browser: Browser;
  beforeAll(async () => {
    server = await Server.start();
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  test("everything that decided is on the page, with its sources", async () => {
    const { page, context } = await open_page(browser, server.url);
    await talk_through(page);
    const result = page.locator(".result");
    for (const words of ["Recommendation", "How the options compare", "Why", "What you trade for it", "What would change it", "Hiring plan", "Coffee keeps you awake at night.", "Boil the water first."]) {
      await result.getByText(words, { exact: true }).first().waitFor();
    }
    const reason = result.locator(".reasons li", { hasText: "Half asleep needs the stronger cup." });
    expect(await reason.locator(".point").allTextContents()).toEqual(expect.arrayContaining(["+3 Coffee", "−1 Tea"]));
    await reason.getByText("1 source").click();
    const link = reason.getByRole("link", { name: /A book about drinks, as of November 2025/ });
    expect(await link.getAttribute("href")).toBe("https://example.org/drinks");
    expect(await link.getAttribute("rel")).toBe("noopener noreferrer");
    await context.close();
  });

  test("copy puts the result on the clipboard", async () => {
    const { page, context } = await open_page(browser, server.url, { permissions: ["clipboard-read", "clipboard-write"] });
    await talk_through(page);
    await page.getByRole("button", { name: "Copy" }).click();
    await page.getByText("Copied").waitFor();
    const text = await page.evaluate(() => navigator.clipboard.readText());
    expect(text).toContain("Recommendation: Coffee");
    expect(text).toContain(`${server.url}/r/`);
    await context.close();
  });

  test("download gives Markdown", async () => {
    const { page, context } = await open_page(browser, server.url);
    await talk_through(page);
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download as Markdown" }).click()]);
    expect(download.suggestedFilename()).toMatch(/\.md$/);
    const text = readFileSync(await download.path(), "utf8");
    expect(text).toContain("Coffee");
    expect(text).toMatch(/^#/m);
    await context.close();
  });

  test("print leaves the conversation out and unfolds everything", async () => {
    const { page, context } = await open_page(browser, server.url);
    await page.addInitScript(() => {
      window.print = () => Object.assign(window, { unfolded: document.querySelectorAll(".result details[open]").length });
    });
    await page.reload();
    await talk_through(page);
    await page.getByRole("button", { name: "Print" }).click();
    const folds = await page.locator(".result details").count();
    expect(folds).toBeGreaterThan(0);
    expect(await page.evaluate(() => (window as unknown as { unfolded: number }).unfolded)).toBe(folds);
    await page.emulateMedia({ media: "print" });
    expect(await page.locator(".thread").isVisible()).toBe(false);
    expect(await page.locator(".dock").isVisible()).toBe(false);
    expect(await result_heading(page).isVisible()).toBe(true);
    await context.close();
  });

  test.each(["light", "dark"] as const)("the report page shows it to others (%s)", async (scheme) => {
    const { page, context } = await open_page(browser, server.url);
    await talk_through(page);
    const report = (await stored_talk(page, server)).recommendation?.report ?? "";
    await context.close();
    const other = await open_page(browser, `${server.url}${report}`, { colorScheme: scheme });
    await result_heading(other.page).waitFor();
    expect(await result_heading(other.page).textContent()).toBe("Coffee");
    await other.page.locator(".answers").getByText("A quiet hour").waitFor();
    expect(await other.page.getByRole("button", { name: /Change this answer/ }).count()).toBe(0);
    expect(await other.page.title()).toBe("Coffee – Stack Advisor");
    await expect_accessible(other.page);
    await other.page.getByRole("link", { name: "Start your own" }).first().click();
    await other.page.locator(".asked.pending").waitFor();
    expect(other.complaints.list).toEqual([]);
    await other.context.close();
  });

  test("a report that does not exist is explained", async () => {
    const { page, context } = await open_page(browser, `${server.url}/r/nothing-here`);
    await page.getByText("There is no such report here").waitFor();
    await expect_accessible(page);
    await context.close();
  });

  test("the first load fits into 25 kB, and everything else has its budget", async () => {
    const html = await (await fetch(server.url)).text();
    const files = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+\.(?:js|css))"/g)].map(([, path]) => path ?? "");
    expect(files.length).toBeGreaterThanOrEqual(2);
    let total = 0;
    for (const path of ["/", ...files]) {
      const response = await fetch(server.url + path, { headers: { "Accept-Encoding": "gzip" } });
      expect(response.headers.get("content-encoding"), path).toBe("gzip");
      total += Number(response.headers.get("content-length"));
    }
    expect(total).toBeLessThanOrEqual(first_load_limit);
  });
});

browser_tests("the program's own script", () => {
  test("a talk through it ends in a result, with nothing on the console", async () => {
    const server = await Server.start(null);
    const browser = await launch();
    try {
      const { page, complaints } = await open_page(browser, server.url);
      for (let turn = 0; turn < 80 && (await result_heading(page).count()) === 0; turn++) {
        const before = (await stored_talk_or_null(page, server)) ?? 0;
        const panel = page.locator(".panel");
        const chip = panel.locator("button.chip").first();
        const tick = panel.getByRole("checkbox").first();
        const radio = panel.getByRole("radio").last();
        await panel.locator("button.chip, input, textarea").first().waitFor();
        if (await chip.count()) await chip.click();
        else if (await tick.count()) {
          await tick.check();
          await panel.getByRole("button", { name: /^Done/ }).click();
        } else if (await radio.count()) {
          await radio.check();
          await panel.getByRole("button", { name: "Answer", exact: true }).click();
        } else await panel.getByRole("button", { name: "Skip" }).click();
        await expect.poll(async () => (await stored_talk_or_null(page, server)) ?? 0).toBeGreaterThan(before);
        await expect.poll(() => page.locator(".typing.waiting").count()).toBe(0);
        await page.waitForTimeout(50);
      }
      await result_heading(page).waitFor();
      await expect_accessible(page);
      expect(complaints.list).toEqual([]);
    } finally {
      await browser.close();
      await server.close();
    }
  });
});

async function stored_talk_or_null(page: Parameters<typeof stored_talk>[0], server: Server): Promise<number | null> {
  const begun = await page.evaluate(() => localStorage.getItem("advisor.session.")?.includes("token") ?? false);
  return begun ? (await stored_talk(page, server)).seq : null;
}
