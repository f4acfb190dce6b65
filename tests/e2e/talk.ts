// Steps of the "tour" script, as a user takes them.
import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";

export const press = (page: Page, name: string | RegExp): Promise<void> => page.locator(".panel").getByRole("button", { name, exact: typeof name === "string" }).click();

/** The text of the question that waits for an answer. */
export const pending = (page: Page): Locator => page.locator(".asked.pending .asked-text");

export async function expect_pending(page: Page, text: string): Promise<void> {
  await expect.poll(() => pending(page).textContent().catch(() => null), { timeout: 15_000 }).toBe(text);
  // The controls take input again.
  await page.locator(".panel [aria-disabled=false], .panel input").first().waitFor();
}

export async function say(page: Page, text: string): Promise<void> {
  await page.getByLabel("Your message").fill(text);
  await page.getByLabel("Your message").press("Enter");
}

export const result_heading = (page: Page): Locator => page.locator(".result h2");

/** From the first question to the result by pressing and filling what is offered: coffee wins. */
export async function talk_through(page: Page): Promise<void> {
  await expect_pending(page, "What time of day is it?");
  await press(page, "Morning");
  await expect_pending(page, "How sleepy are you?");
  await page.getByRole("radio", { name: "5" }).check();
  await press(page, "Answer");
  await expect_pending(page, "How many cups do you need?");
  await press(page, "Up to 4");
  await expect_pending(page, "What goes with it?");
  await page.getByRole("checkbox", { name: "Milk" }).check();
  await page.getByRole("checkbox", { name: /A biscuit/ }).check();
  await press(page, /^Done/);
  await expect_pending(page, "Do guests come?");
  await press(page, "No");
  await expect_pending(page, "Is there a wish?");
  await page.locator(".panel textarea").fill("A quiet hour");
  await press(page, "Answer");
  await result_heading(page).waitFor();
}

/** The user's bubbles, in order. */
export async function bubbles(page: Page): Promise<string[]> {
  return page.locator(".mine .bubble [dir=auto]").allTextContents();
}
