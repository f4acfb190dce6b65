// Steps in the review console, as an operator takes them.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { open_page, type Server } from "./harness.ts";

export const password = "correct horse battery";
export const pages = ["/review", "/review/analytics", "/review/inbox", "/review/scripts", "/review/operations", "/review/audit", "/review/accounts"];

/** A one-time link, as an operator gets it on the server; a new one where the account is there from an earlier try. */
export function welcome_link(server: Server, name: string, role: string): string {
  const user = (...words: string[]): string => spawnSync(process.env.ADVISOR_BINARY ?? "", ["user", ...words, "--data", join(server.folder, "data")], { encoding: "utf8" }).stdout;
  const link = /\/review\/welcome#\S+/;
  const path = link.exec(user("add", name, "--role", role))?.[0] ?? link.exec(user("reset", name))?.[0];
  if (!path) throw new Error(`there is no link for ${name}`);
  return server.url + path;
}

export async function enter(browser: Browser, server: Server, name: string, role: string, options = {}): Promise<Awaited<ReturnType<typeof open_page>>> {
  const opened = await open_page(browser, welcome_link(server, name, role), options);
  await opened.page.getByLabel("Password").fill(password);
  await opened.page.getByLabel("The same again").fill(password);
  await opened.page.getByRole("button", { name: "Save and log in" }).click();
  await heading(opened.page, "Sessions");
  return opened;
}

export const heading = (page: Page, name: string | RegExp): Promise<void> => page.getByRole("heading", { level: 1, name }).waitFor();
export const rows = (page: Page): Locator => page.locator(".sessions tbody tr");

export async function search(page: Page, text: string): Promise<void> {
  await page.getByRole("searchbox").fill(text);
  await page.getByRole("searchbox").press("Enter");
}

export async function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** Goes to a page of the console and waits until what it shows has come. */
export async function visit(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await expect.poll(() => page.getByText("Loading …").count()).toBe(0);
}
