// Microsoft Teams against the real program: activities read by Microsoft's own library, cards read by its own renderer.
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Activity } from "@microsoft/agents-activity";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { add_hook, post, type Posted, session_count } from "./support/hooks.ts";
import { product_scripts, repository_path, Server } from "./support/server.ts";

// The package's own entry cannot be loaded here; its bundle can.
const cards = createRequire(import.meta.url)(
  repository_path("web/node_modules/adaptivecards/dist/adaptivecards.js"),
) as typeof import("adaptivecards");
const secret = "vqF0En+Z0ucuRTM/01o2GuhMH3hKKk/N2bOmlM31zaA=";
const sample = JSON.parse(readFileSync(repository_path("tests/fixtures/channels/teams/outgoing_webhook.json"), "utf8"));
let last_id = 1_767_225_600_456;

const signature_of = (body: string | Buffer, key = secret) =>
  `HMAC ${createHmac("sha256", Buffer.from(key, "base64")).update(body).digest("base64")}`;

// oxlint-disable-next-line no-explicit-any
function hold_message(answer: any): void {
  const activity = Activity.fromObject(answer);
  expect(activity.type).toBe("message");
  expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThanOrEqual(21_000);
  for (const attachment of activity.attachments ?? []) {
    expect(attachment.contentType).toBe("application/vnd.microsoft.card.adaptive");
    const card = new cards.AdaptiveCard();
    card.parse(attachment.content);
    expect(card.validateProperties().validationEvents).toEqual([]);
    expect(card.version.toString()).toBe("1.4");
    expect(card.getActionCount()).toBe(1);
  }
}

class Person {
  // oxlint-disable-next-line no-explicit-any
  last: any;

  constructor(
    readonly server: Server,
    readonly path: string,
    readonly user = String(++last_id),
    readonly thread = String(++last_id),
  ) {}

  body(text: string, changes: Record<string, unknown> = {}): string {
    const conversation = { ...sample.conversation, id: `19:0a1b2c3d4e5f@thread.tacv2;messageid=${this.thread}` };
    const from = { ...sample.from, aadObjectId: this.user, name: "Änna *Berg* <at>x</at>" };
    const timestamp = new Date().toISOString();
    const text_field = `<at>Advisor</at>&nbsp;${text}\n`;
    return JSON.stringify({ ...sample, id: String(++last_id), timestamp, from, conversation, text: text_field, ...changes });
  }

  send = (body: string, authorization: string | string[] = signature_of(body)): Promise<Posted> =>
    post(this.server, this.path, body, {
      "Content-Type": "application/json; charset=utf-8",
      Authorization: authorization,
    });

  async say(text: string) {
    const answer = await this.send(this.body(text));
    expect(answer.status, answer.text).toBe(200);
    expect(answer.type).toMatch(/^application\/json/);
    hold_message(answer.json);
    this.last = answer.json;
    return answer.json;
  }
}

let server: Server;
let path: string;
beforeAll(async () => {
  server = await Server.kinds();
  path = await add_hook(server, "teams", secret);
});
afterAll(async () => void (await server.stop()));

describe("a whole talk", () => {
  test("by numbers and by words has the same card", async () => {
    const anna = new Person(server, path);
    await anna.say("");
    expect(anna.last.text).toMatch(/\*\*Question 1 of \d\*\*\n\nWhich one\?/);
    expect(anna.last.text).toContain("1. The left one");
    expect(anna.last.text).toContain("@Advisor 1 or @Advisor 2");
    for (const text of ["1", "2", "1 3", "5", "1", "4"]) await anna.say(text);
    expect(anna.last.text).toContain("Anything else?");
    await anna.say("nothing &lt;b&gt;else&lt;/b&gt;");
    const card = anna.last.attachments[0].content;
    expect(card.body[0].text + card.body[1].text).toContain("Recommendation");
    expect(card.actions[0].url).toMatch(/^https:\/\/advisor\.example\.org\//);

    const ben = new Person(server, path);
    for (const text of ["start", "the left one", "flat", "red and blue", "5", "yes", "4", "nothing else"]) await ben.say(text);
    expect(ben.last.attachments[0].content.body).toEqual(card.body);
  });

  test("goes back, skips, changes, starts anew, tells where it stands and ends", async () => {
    const anna = new Person(server, path);
    await anna.say("start");
    await anna.say("1");
    await anna.say("back");
    expect(anna.last.text).toContain("Which one");
    await anna.say("left");
    await anna.say("Skip");
    expect(anna.last.text).toContain("Which of these");
    await anna.say("none");
    expect((await anna.say("status")).text).toContain("**Pick:** ");
    expect((await anna.say("help")).text).toContain("restart");
    await anna.say("purple elephants");
    expect(anna.last.text, "asked again").toContain("How many");
    await anna.say("change 1");
    expect(anna.last.text).toContain("Which one");
    await anna.say("restart");
    expect(anna.last.text).toContain("Question 1 of");
    await anna.say("cancel");
    expect(anna.last.text).toContain("Ended");
  });

  test("is of one thread and one person", async () => {
    const anna = new Person(server, path);
    await anna.say("start");
    await anna.say("1");
    const ben = new Person(server, path, undefined, anna.thread);
    expect((await ben.say("")).text).toContain("Which one");
    const elsewhere = new Person(server, path, anna.user);
    expect((await elsewhere.say("")).text).toContain("Which one");
    expect((await anna.say("")).text).toContain("How deep");
  });

  test("when shared, is answered by everybody, and names cannot mention anybody", async () => {
    const shared = await add_hook(server, "teams", secret, { shared: true });
    const anna = new Person(server, shared);
    await anna.say("start");
    const ben = new Person(server, shared, undefined, anna.thread);
    await ben.say("1");
    expect(ben.last.text).toContain("How deep");
    expect(ben.last.text).not.toContain("*Berg*:");
    expect(ben.last.text).not.toMatch(/(?<!\\)<at/);
  });
});

describe("deliveries", () => {
  test("the same one, also at once, is one step with one answer", async () => {
    const anna = new Person(server, path);
    await anna.say("start");
    const body = anna.body("1");
    const [first, ...others] = await Promise.all(Array.from({ length: 8 }, () => anna.send(body)));
    for (const other of others) expect(other.text).toBe(first?.text);
    expect((await anna.say("status")).text).toContain("Answered so far: 1 of");
  });

  test("that are forged, stale or from the future are refused with 401, and leave nothing", async () => {
    const anna = new Person(server, path);
    const before = await session_count(server);
    const body = anna.body("start");
    const good = signature_of(body);
    const text_key = `HMAC ${createHmac("sha256", secret).update(body).digest("base64")}`;
    for (const wrong of ["", "HMAC", "HMAC ", good.slice(5), good.toLowerCase(), `${good}=`, text_key, [good, good], "Bearer x"])
      expect((await anna.send(body, wrong)).status, String(wrong)).toBe(401);
    expect((await anna.send(`${body}\n`, good)).status, "another body").toBe(401);
    const off = (seconds: number) => anna.body("start", { timestamp: new Date(Date.now() + seconds * 1000).toISOString() });
    for (const seconds of [-302, 302]) expect((await anna.send(off(seconds))).status).toBe(401);
    expect((await anna.send(anna.body("start", { timestamp: "yesterday" }))).status).toBe(401);
    expect(await session_count(server)).toBe(before);
    expect((await anna.send(body)).status, "unaltered, it is taken").toBe(200);
    expect(await session_count(server)).toBe(before + 1);
  });

  test("of other kinds and sizes", async () => {
    const anna = new Person(server, path);
    expect((await anna.send("{")).status).toBe(400);
    expect((await anna.send(`"${"x".repeat(300_000)}"`)).status).toBe(413);
    expect((await anna.send('{"type":"message","text":"hi"}')).status).toBe(200);
    expect((await anna.send(anna.body("", { type: "conversationUpdate" }))).text).toBe("");
    expect((await anna.send(anna.body("x".repeat(40_000)))).status).toBe(200);
  });
});

test("the real recommendations fit", async () => {
  const product = await Server.start({ flags: ["--scripts", product_scripts] });
  const product_path = await add_hook(product, "teams", secret);
  for (const number of ["1", "2", "3"]) {
    const anna = new Person(product, product_path);
    await anna.say("start");
    for (let left = 60; !anna.last.attachments; left--) {
      if (left === 0) throw new Error(`no end: ${anna.last.text}`);
      const before = anna.last.text;
      await anna.say(number);
      if (anna.last.text?.split("\n\n").includes("**") || anna.last.text === before) await anna.say("1");
    }
    expect(JSON.stringify(anna.last)).toContain("Hiring plan");
  }
  await product.stop();
});
