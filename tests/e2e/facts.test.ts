import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { browser_tests, launch, open_page, Server, stored_talk } from "./harness.ts";
import { bubbles, expect_pending, press, say } from "./talk.ts";

const offer = (page: Page): ReturnType<Page["locator"]> => page.locator(".panel .facts");

browser_tests("facts beside an answer", () => {
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

  async function offered(): Promise<{ page: Page; close: () => Promise<void>; complaints: { list: string[] } }> {
    const { page, context, complaints } = await open_page(browser, server.url);
    await expect_pending(page, "What time of day is it?");
    await say(page, "Morning, and I need 3 cups");
    await offer(page).getByText("3 cups").waitFor();
    return { page, complaints, close: () => context.close() };
  }

  test("are taken over with one press, and their question is not asked", async () => {
    const { page, close, complaints } = await offered();
    await offer(page).getByRole("button", { name: "Take over" }).click();
    await expect_pending(page, "How sleepy are you?");
    expect((await bubbles(page)).at(-1)).toBe("Yes, take these over");
    await page.getByRole("radio", { name: "5" }).check();
    await press(page, "Answer");
    await expect_pending(page, "What goes with it?");
    expect((await stored_talk(page, server)).answers).toMatchObject({ cups: 3 });
    expect(complaints.list).toEqual([]);
    await close();
  });

  test("what is wrong can be taken out; the offer is still there after a reload", async () => {
    const { page, close } = await offered();
    await page.reload();
    await offer(page).getByRole("checkbox", { name: /3 cups/ }).uncheck();
    await expect.poll(() => offer(page).getByRole("button", { name: /Take over/ }).getAttribute("aria-disabled")).toBe("true");
    await offer(page).getByRole("button", { name: "Ask me instead" }).click();
    await expect_pending(page, "How sleepy are you?");
    expect((await stored_talk(page, server)).answers).not.toHaveProperty("cups");
    await close();
  });
});
