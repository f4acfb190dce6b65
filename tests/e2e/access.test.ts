// Usable for everybody: keyboard, small screens, themes, reduced motion, screen readers as far as a program can tell.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { browser_tests, expect_accessible, launch, open_page, Server } from "./harness.ts";
import { expect_pending, press, result_heading, say, talk_through } from "./talk.ts";

async function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** Moves with Tab until the focused element's text or label matches. */
async function tab_to(page: Page, words: RegExp): Promise<void> {
  for (let count = 0; count < 60; count++) {
    const name = await page.evaluate(() => {
      const { activeElement: element } = document;
      const label = element instanceof HTMLInputElement ? (element.labels?.[0]?.textContent ?? "") : "";
      return `${element?.textContent ?? ""} ${label}`;
    });
    if (words.test(name)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`${words} cannot be reached with Tab`);
}

browser_tests("access", () => {
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

  test.each(["light", "dark"] as const)("axe finds nothing at any step (%s)", async (scheme) => {
    const { page, context, complaints } = await open_page(browser, server.url, { colorScheme: scheme });
    await expect_pending(page, "What time of day is it?");
    await expect_accessible(page);
    await page.locator(".panel").getByRole("button", { name: "Why do you ask?" }).click();
    await expect_accessible(page);
    await press(page, "Morning");
    await expect_pending(page, "How sleepy are you?");
    await press(page, "Answer");
    await expect_accessible(page);
    await page.getByRole("radio", { name: "5" }).check();
    await press(page, "Answer");
    await expect_pending(page, "How many cups do you need?");
    await page.locator(".panel").getByLabel("Or a number of your own").fill("0");
    await page.keyboard.press("Enter");
    await expect_accessible(page);
    await press(page, "Up to 4");
    await expect_pending(page, "What goes with it?");
    await page.getByRole("checkbox", { name: "Milk" }).check();
    await expect_accessible(page);
    await press(page, /^Done/);
    await expect_pending(page, "Do guests come?");
    await press(page, "Yes");
    await expect_pending(page, "Is there a wish?");
    await say(page, "why?");
    await page.locator(".remark-why").waitFor();
    await expect_accessible(page);
    await page.locator(".panel textarea").fill("A quiet hour");
    await press(page, "Answer");
    await result_heading(page).waitFor();
    for (const details of await page.locator(".result summary").all()) await details.click();
    await expect_accessible(page);
    await page.getByRole("button", { name: /Morning/ }).click();
    await page.locator(".editor").waitFor();
    await expect_accessible(page);
    await page.locator(".editor").getByRole("button", { name: "Evening" }).click();
    await page.locator(".confirm").waitFor();
    await expect_accessible(page);
    await page.getByRole("button", { name: "Start again" }).click();
    await expect_accessible(page);
    expect(complaints.list).toEqual([]);
    await context.close();
  });

  test("axe finds nothing while the connection is lost", async () => {
    const own = await Server.start();
    const { page, context } = await open_page(browser, own.url);
    await expect_pending(page, "What time of day is it?");
    await own.close();
    await page.getByText("Connection lost – reconnecting").waitFor();
    await expect_accessible(page);
    await context.close();
  });

  test("keyboard only, from the first question to the sources of a reason", async () => {
    const { page, context } = await open_page(browser, server.url);
    await expect_pending(page, "What time of day is it?");
    await tab_to(page, /^Morning/);
    await page.keyboard.press("Enter");
    await expect_pending(page, "How sleepy are you?");
    await tab_to(page, /^ ?1/);
    for (let step = 0; step < 4; step++) await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await expect_pending(page, "How many cups do you need?");
    await tab_to(page, /Or a number of your own/);
    await page.keyboard.type("12");
    await page.keyboard.press("Enter");
    await expect_pending(page, "What goes with it?");
    await tab_to(page, /Sugar/);
    await page.keyboard.press("Space");
    await tab_to(page, /^Done/);
    await page.keyboard.press("Enter");
    await expect_pending(page, "Do guests come?");
    // The focus is on the first control of the new question without any Tab.
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe("Yes");
    await page.keyboard.press("Enter");
    await expect_pending(page, "Is there a wish?");
    await page.keyboard.type("None");
    await tab_to(page, /^Answer/);
    await page.keyboard.press("Enter");
    await result_heading(page).waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe("H2");
    await tab_to(page, /1 source/);
    await page.keyboard.press("Enter");
    await page.locator(".sources[open] a").first().waitFor();
    await context.close();
  });

  test("typing is never interrupted: the focus stays in the text input", async () => {
    const { page, context } = await open_page(browser, server.url);
    await expect_pending(page, "What time of day is it?");
    await say(page, "evening");
    await expect_pending(page, "How many cups do you need?");
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("TEXTAREA");
    await context.close();
  });

  test.each([[320, 640], [320, 256], [640, 400], [1280, 800]])("%i × %i: nothing is wider than the screen", async (width, height) => {
    const { page, context } = await open_page(browser, server.url, { viewport: { width, height } });
    await expect_pending(page, "What time of day is it?");
    expect(await overflow(page)).toBe(0);
    await talk_through(page);
    for (const details of await page.locator(".result summary").all()) await details.click();
    expect(await overflow(page)).toBe(0);
    await context.close();
  });

  test("targets are at least 44 pixels high", async () => {
    const { page, context } = await open_page(browser, server.url, { viewport: { width: 320, height: 640 } });
    await talk_through(page);
    const small = await page.evaluate(() =>
      [...document.querySelectorAll("button, .action, .tool, summary")].flatMap((element) => {
        const { height, width } = element.getBoundingClientRect();
        return height < 43.5 || width < 43.5 ? [`${element.textContent} ${width}x${height}`] : [];
      }));
    expect(small).toEqual([]);
    await context.close();
  });

  test("new messages are announced once", async () => {
    const { page, context } = await open_page(browser, server.url);
    await expect_pending(page, "What time of day is it?");
    await page.evaluate(() => {
      const added: string[] = [];
      Object.assign(window, { added });
      new MutationObserver((records) => {
        for (const record of records) for (const node of record.addedNodes) if (node.textContent?.trim()) added.push(node.textContent);
      }).observe(document.querySelector("[role=log]")!, { childList: true, subtree: true });
    });
    await press(page, "Morning");
    await expect_pending(page, "How sleepy are you?");
    await page.getByRole("button", { name: "Back", exact: true }).click();
    await expect_pending(page, "What time of day is it?");
    await page.waitForTimeout(300);
    const added = await page.evaluate(() => (window as unknown as { added: string[] }).added);
    for (const words of ["Good morning, then.", "How sleepy are you?", "One step back"]) {
      expect(added.filter((text) => text.includes(words)), words).toHaveLength(1);
    }
    await context.close();
  });

  test("reduced motion: nothing moves", async () => {
    const { page, context } = await open_page(browser, server.url, { reducedMotion: "reduce" });
    await expect_pending(page, "What time of day is it?");
    const longest = await page.evaluate(() => Math.max(...[...document.querySelectorAll("*")].map((element) => parseFloat(getComputedStyle(element).animationDuration))));
    expect(longest).toBeLessThanOrEqual(0.001);
    await context.close();
  });

  test("nothing jumps: the layout shifts only on what the user does", async () => {
    const { page, context } = await open_page(browser, server.url);
    await page.evaluate(() => {
      Object.assign(window, { shift: 0 });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) {
          if (!entry.hadRecentInput) (window as unknown as { shift: number }).shift += entry.value;
        }
      }).observe({ type: "layout-shift", buffered: true });
    });
    await talk_through(page);
    await page.waitForTimeout(300);
    expect(await page.evaluate(() => (window as unknown as { shift: number }).shift)).toBeLessThan(0.1);
    await context.close();
  });

  test("reading back is left alone; a button leads to the newest message", async () => {
    const first = await open_page(browser, server.url, { viewport: { width: 700, height: 420 }, reducedMotion: "reduce" });
    await expect_pending(first.page, "What time of day is it?");
    for (const words of ["qqq one", "qqq two", "qqq three"]) {
      await say(first.page, words);
      await expect.poll(() => first.page.locator(".sending").count()).toBe(0);
    }
    const second = await open_page(first.context, server.url);
    await expect_pending(second.page, "What time of day is it?");
    await first.page.bringToFront();
    await first.page.mouse.wheel(0, -2000);
    await expect.poll(() => first.page.evaluate(() => window.scrollY)).toBe(0);
    await press(second.page, "Evening");
    const button = first.page.getByRole("button", { name: "Newest message" });
    await button.waitFor();
    expect(await first.page.evaluate(() => window.scrollY)).toBe(0);
    await button.click();
    await expect.poll(() => first.page.evaluate(() => window.scrollY)).toBeGreaterThan(0);
    await button.waitFor({ state: "detached" });
    await first.context.close();
  });
});
