import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { browser_tests, launch, open_page, Server, stored_talk, user_words } from "./harness.ts";
import { bubbles, expect_pending, press, result_heading, say, talk_through } from "./talk.ts";

browser_tests("a conversation", () => {
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

  test("by pressing: every kind of question, to a stored result", async () => {
    const { page, context, complaints } = await open_page(browser, server.url);
    await talk_through(page);
    expect(await result_heading(page).textContent()).toBe("Coffee");
    expect(await page.title()).toBe("Coffee – Stack Advisor");
    const talk = await stored_talk(page, server);
    expect(talk.recommendation?.outcome).toBe("coffee");
    expect(talk.seq).toBe(7);
    expect(await bubbles(page)).toEqual(["Morning", "5", "Up to 4", "Milk; A biscuit", "No", "A quiet hour"]);
    expect(await page.locator(".bars tbody tr").allTextContents()).toEqual(["Coffee6", "Tea0"]);
    expect(complaints.list).toEqual([]);
    await context.close();
  });

  test("by typing: answers, a side question, and words that were not understood", async () => {
    const { page, context, complaints } = await open_page(browser, server.url);
    await expect_pending(page, "What time of day is it?");
    await say(page, "Why do you ask?");
    await page.getByRole("log").getByText("Late coffee costs sleep.").waitFor();
    await say(page, "xyzzy plugh");
    await page.locator(".remark-unclear").waitFor();
    await expect_pending(page, "What time of day is it?");
    await say(page, "evening");
    await expect_pending(page, "How many cups do you need?");
    await page.locator(".panel").getByLabel("Or a number of your own").fill("3-6");
    await page.keyboard.press("Enter");
    await expect_pending(page, "What goes with it?");
    await say(page, "milk and sugar");
    await expect_pending(page, "Do guests come?");
    await say(page, "yes");
    await expect_pending(page, "Is there a wish?");
    await say(page, "skip");
    await result_heading(page).waitFor();
    expect(await result_heading(page).textContent()).toBe("Tea");
    expect((await stored_talk(page, server)).recommendation?.outcome).toBe("tea");
    expect(complaints.list).toEqual([]);
    await context.close();
  });

  test("not knowing, skipping, none of these, back, and a new beginning", async () => {
    const { page, context } = await open_page(browser, server.url);
    await expect_pending(page, "What time of day is it?");
    await press(page, "I don't know");
    await expect_pending(page, "How many cups do you need?");
    await press(page, "Skip");
    await expect_pending(page, "What goes with it?");
    await press(page, "None of these");
    await expect_pending(page, "Do guests come?");
    await page.getByRole("button", { name: "Back", exact: true }).click();
    await expect_pending(page, "What goes with it?");
    await page.getByRole("button", { name: "Start again" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Keep my answers" }).click();
    await expect_pending(page, "What goes with it?");
    await page.getByRole("button", { name: "Start again" }).click();
    await dialog.getByRole("button", { name: "Start again" }).click();
    await expect_pending(page, "What time of day is it?");
    await page.getByText("Started again").waitFor();
    expect(await page.locator(".bubble.editable").count()).toBe(0);
    await context.close();
  });

  test("a number outside the limits is explained before anything is sent", async () => {
    const { page, context } = await open_page(browser, server.url);
    await expect_pending(page, "What time of day is it?");
    await press(page, "Evening");
    await expect_pending(page, "How many cups do you need?");
    const field = page.locator(".panel").getByLabel("Or a number of your own");
    await field.fill("0");
    await field.press("Enter");
    await page.getByText("Please enter a number from 1 to 100,000.").waitFor();
    expect((await stored_talk(page, server)).seq).toBe(2);
    await field.fill("about a dozen");
    await field.press("Enter");
    await expect.poll(async () => user_words(await stored_talk(page, server)).includes("about a dozen")).toBe(true);
    await context.close();
  });

  test("long texts: the count is shown near the limit and too much is not sent", async () => {
    const { page, context } = await open_page(browser, server.url);
    await expect_pending(page, "What time of day is it?");
    const input = page.getByLabel("Your message");
    await input.fill("a".repeat(3700));
    await page.getByText("300 characters left").waitFor();
    await input.fill("a".repeat(4001));
    await page.getByText("1 character too many").waitFor();
    await input.press("Enter");
    expect(await input.inputValue()).toHaveLength(4001);
    await input.fill("😀".repeat(2000));
    await input.press("Enter");
    await expect.poll(() => input.inputValue()).toBe("");
    await page.locator(".remark-unclear").waitFor();
    await context.close();
  });

  test("another script can be named in the address; one that does not exist is explained", async () => {
    const { page, context } = await open_page(browser, `${server.url}/?script=nonsense`);
    await page.getByRole("button", { name: "Begin with the usual questions" }).click();
    await expect_pending(page, "What time of day is it?");
    await context.close();
  });
});
