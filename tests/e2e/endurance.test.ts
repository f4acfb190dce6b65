// Nothing is lost and nothing happens twice: refresh, crash, restart, two tabs.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { browser_tests, launch, open_page, Server, session_of, stored_talk, user_words } from "./harness.ts";
import { bubbles, expect_pending, press, result_heading, say, talk_through } from "./talk.ts";

browser_tests("endurance", () => {
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

  test("a refresh in the middle goes on where it was", async () => {
    const { page, context, complaints } = await open_page(browser, server.url);
    await expect_pending(page, "What time of day is it?");
    await press(page, "Morning");
    await expect_pending(page, "How sleepy are you?");
    const before = await session_of(page);
    await page.reload();
    await expect_pending(page, "How sleepy are you?");
    expect((await session_of(page)).id).toBe(before.id);
    expect(await bubbles(page)).toEqual(["Morning"]);
    expect(await page.locator(".asked-text").allTextContents()).toEqual(["What time of day is it?", "How sleepy are you?"]);
    expect(complaints.list).toEqual([]);
    await context.close();
  });

  test("a refresh shows the result again", async () => {
    const { page, context } = await open_page(browser, server.url);
    await talk_through(page);
    await page.reload();
    await result_heading(page).waitFor();
    expect(await result_heading(page).textContent()).toBe("Coffee");
    expect(await bubbles(page)).toHaveLength(6);
    await context.close();
  });

  test("kill -9 in the middle: the page says so, carries on, and every turn is there once", async () => {
    const { page, context, complaints } = await open_page(browser, server.url);
    await expect_pending(page, "What time of day is it?");
    await press(page, "Morning");
    await expect_pending(page, "How sleepy are you?");
    complaints.forgive_network();
    await server.end("SIGKILL");
    await page.getByText("Connection lost – reconnecting").waitFor();
    await page.getByRole("radio", { name: "4" }).check();
    await press(page, "Answer");
    await page.locator(".sending").waitFor();
    await page.waitForTimeout(300);
    await server.run();
    await expect_pending(page, "How many cups do you need?");
    await page.getByText("Connection lost – reconnecting").waitFor({ state: "detached" });
    const talk = await stored_talk(page, server);
    expect(user_words(talk)).toHaveLength(2);
    expect(talk.seq).toBe(3);
    expect(await bubbles(page)).toHaveLength(2);
    expect(complaints.list).toEqual([]);
    await context.close();
  });

  test("kill -9 while turns are being taken, again and again: nothing lost, nothing doubled", async () => {
    const { page, context, complaints } = await open_page(browser, server.url);
    await expect_pending(page, "What time of day is it?");
    complaints.forgive_network();
    const sent: string[] = [];
    for (let round = 0; round < 6; round++) {
      const words = `nonsense number ${round} qqq`;
      sent.push(words);
      await say(page, words);
      // At another moment each time: before the turn, while it is being stored, after its reply.
      await page.waitForTimeout(round * 3);
      await server.end("SIGKILL");
      await server.run();
      await expect.poll(() => page.locator(".sending").count(), { timeout: 15_000 }).toBe(0);
      await expect.poll(() => page.getByLabel("Your message").inputValue()).toBe("");
    }
    await expect.poll(async () => (await bubbles(page)).length).toBe(sent.length);
    expect(user_words(await stored_talk(page, server))).toEqual(sent);
    expect(await bubbles(page)).toEqual(sent);
    await context.close();
  });

  test("a turn that was sent but not answered before a refresh is still taken, once", async () => {
    const { page, context, complaints } = await open_page(browser, server.url);
    await expect_pending(page, "What time of day is it?");
    complaints.forgive_network();
    await server.end("SIGKILL");
    await press(page, "Evening");
    await page.locator(".sending").waitFor();
    // The page itself cannot be loaded without a server, so it comes back first.
    await server.run();
    await page.reload();
    await expect_pending(page, "How many cups do you need?");
    expect(user_words(await stored_talk(page, server))).toEqual(["Evening"]);
    expect(await bubbles(page)).toEqual(["Evening"]);
    await context.close();
  });

  test("a restart in the server's own time is met without a word lost", async () => {
    const { page, context, complaints } = await open_page(browser, server.url);
    await expect_pending(page, "What time of day is it?");
    complaints.forgive_network();
    await server.end("SIGTERM");
    await server.run();
    await press(page, "Evening");
    await expect_pending(page, "How many cups do you need?");
    expect(user_words(await stored_talk(page, server))).toEqual(["Evening"]);
    await context.close();
  });

  test("two tabs stay in step", async () => {
    const first = await open_page(browser, server.url);
    await expect_pending(first.page, "What time of day is it?");
    const second = await open_page(first.context, server.url);
    await expect_pending(second.page, "What time of day is it?");
    await press(first.page, "Evening");
    await expect_pending(second.page, "How many cups do you need?");
    await press(second.page, "5 to 40");
    await expect_pending(first.page, "What goes with it?");
    for (const { page } of [first, second]) expect(await bubbles(page)).toEqual(["Evening", "5 to 40"]);
    await first.page.getByRole("button", { name: "Back", exact: true }).click();
    await expect_pending(second.page, "How many cups do you need?");
    await expect.poll(() => second.page.locator(".bubble.editable").count()).toBe(1);
    expect((await session_of(first.page)).id).toBe((await session_of(second.page)).id);
    expect([...first.complaints.list, ...second.complaints.list]).toEqual([]);
    await first.context.close();
  });

  test("a conversation that is gone is explained, and a new one begins", async () => {
    const { page, context } = await open_page(browser, server.url);
    await expect_pending(page, "What time of day is it?");
    await press(page, "Evening");
    await expect_pending(page, "How many cups do you need?");
    await page.evaluate(() => {
      const saved = JSON.parse(localStorage.getItem("advisor.session.") ?? "{}");
      localStorage.setItem("advisor.session.", JSON.stringify({ ...saved, session: { id: "0123456789abcdef", token: "x" } }));
    });
    await page.reload();
    await page.getByText("The earlier conversation is no longer available here").waitFor();
    await expect_pending(page, "What time of day is it?");
    expect(await bubbles(page)).toEqual([]);
    await context.close();
  });
});
