import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { browser_tests, launch, open_page, Server, stored_talk } from "./harness.ts";
import { expect_pending, press, result_heading, talk_through } from "./talk.ts";

browser_tests("changing an earlier answer", () => {
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

  test("what it drops is shown first; keeping it leaves everything as it was", async () => {
    const { page, context, complaints } = await open_page(browser, server.url);
    await talk_through(page);
    await page.getByRole("button", { name: /Morning/ }).click();
    await page.locator(".editor").getByRole("button", { name: "Evening" }).click();
    const card = page.locator(".confirm");
    await card.getByText("Sleepiness", { exact: true }).waitFor();
    await card.getByRole("button", { name: "Keep it as it is" }).click();
    await card.waitFor({ state: "detached" });
    expect((await stored_talk(page, server)).recommendation?.outcome).toBe("coffee");
    expect(complaints.list).toEqual([]);
    await context.close();
  });

  test("applying it changes the result, and the dropped answer can no longer be changed", async () => {
    const { page, context } = await open_page(browser, server.url);
    await talk_through(page);
    await page.getByRole("button", { name: /Morning/ }).click();
    await page.locator(".editor").getByRole("button", { name: "Evening" }).click();
    await page.getByRole("button", { name: "Apply the change" }).click();
    await expect.poll(() => result_heading(page).textContent()).toBe("Tea");
    await page.locator(".remark-changed").getByText(/now it is Tea/).waitFor();
    expect((await stored_talk(page, server)).recommendation?.outcome).toBe("tea");
    await expect.poll(() => page.locator("[data-question=sleepy]").count()).toBe(0);
    await context.close();
  });

  test("a change that drops nothing is applied at once, from the reasons of the result as well", async () => {
    const { page, context } = await open_page(browser, server.url);
    await talk_through(page);
    await page.locator(".reasons li", { hasText: "Sleepiness" }).getByRole("button", { name: /Change this answer/ }).click();
    await page.locator(".editor").getByRole("radio", { name: "1" }).check();
    await page.locator(".editor").getByRole("button", { name: "Answer", exact: true }).click();
    await expect.poll(() => page.locator(".bars tbody tr").allTextContents()).toEqual(["Coffee3", "Tea1"]);
    await context.close();
  });

  test("Escape closes the input and gives the focus back", async () => {
    const { page, context } = await open_page(browser, server.url);
    await expect_pending(page, "What time of day is it?");
    await press(page, "Evening");
    await expect_pending(page, "How many cups do you need?");
    await page.getByRole("button", { name: /Evening/ }).click();
    await page.locator(".editor").waitFor();
    await page.keyboard.press("Escape");
    await page.locator(".editor").waitFor({ state: "detached" });
    // The focus follows once the page has been drawn again.
    await page.locator('[data-question="time"]:focus').waitFor();
    await context.close();
  });

  test("without a memory of the question (another browser), the advisor asks it again", async () => {
    const { page, context } = await open_page(browser, server.url);
    await expect_pending(page, "What time of day is it?");
    await press(page, "Morning");
    await expect_pending(page, "How sleepy are you?");
    await page.evaluate(() => {
      const saved = JSON.parse(localStorage.getItem("advisor.session.") ?? "{}");
      localStorage.setItem("advisor.session.", JSON.stringify({ ...saved, questions: {}, asked: {} }));
    });
    await page.reload();
    await expect_pending(page, "How sleepy are you?");
    await page.getByRole("log").getByText("What time of day is it?").waitFor();
    await page.getByRole("button", { name: /Morning/ }).click();
    await expect_pending(page, "What time of day is it?");
    await context.close();
  });
});
