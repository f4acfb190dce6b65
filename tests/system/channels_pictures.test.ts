// What a talk looks like in each chat tool, from the program's own answers. With ADVISOR_PICTURES=DIR the pictures of docs/channels.md
// are made anew in that folder.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chat_page } from "./pictures/chat_page.ts";
import { small_png } from "./pictures/small_png.ts";
import { entrances, type Person } from "./support/chat_people.ts";
import type { Json } from "./support/chat_hook.ts";
import { Server } from "./support/server.ts";

const folder = process.env["ADVISOR_PICTURES"];
const largest = 60_000;

let server: Server;
let browser: Browser;
beforeAll(async () => {
  server = await Server.start();
  browser = await chromium.launch({ executablePath: process.env["ADVISOR_CHROMIUM"] ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

const is_result = (person: Person, answer: Json): boolean =>
  person.shown(answer).some(({ text }) => /Recommendation/.test(text));

/** A question with answers to choose from, and the result; always the first answer is taken. */
async function question_and_result(person: Person): Promise<{ said: string; answer: Json }[]> {
  const question = { said: "start", answer: await person.say("start") };
  for (let turn = 0; turn < 60; ++turn) {
    const said = turn % 3 === 2 ? "2" : "1";
    const answer = await person.say(said);
    if (is_result(person, answer)) return [question, { said, answer }];
  }
  throw new Error("the talk does not end");
}

test.each(Object.entries(entrances))("%s", async (tool, enter) => {
  const person = await enter(server, "Anna", "--public-url", "https://advice.example.org");
  const talk = await question_and_result(person);
  person.leave?.();
  const page = await browser.newPage({ viewport: { width: 880, height: 200 } });
  await page.setContent(chat_page(tool, talk));
  expect(await page.locator(".message").count()).toBe(2);
  const text = await page.locator("body").innerText();
  expect(text).toMatch(/Question 1 of|How|What|Which/);
  expect(text, "marks that nobody turned into anything").not.toMatch(/\*\*|&lt;|&amp;|<b>|undefined/);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(880);
  const picture = await small_png(page);
  await page.close();
  if (folder) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${tool}.png`), picture);
  }
  expect(picture.length).toBeLessThanOrEqual(largest);
});
