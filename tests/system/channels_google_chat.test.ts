// Google Chat against the real program: tokens made by Google's library, and judged by it; keys pinned and fetched; answers held
// against the vendor's types.
import { spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { add_hook, fixture, type Json, Receiver, send, vendor } from "./support/chat_hook.ts";
import { repository_path, Server, temporary_folder } from "./support/server.ts";

const { OAuth2Client } = vendor("google-auth-library") as { OAuth2Client: new () => Json };
const jws = vendor("jws") as { sign: (options: Json) => string };

const pair = () => generateKeyPairSync("rsa", { modulusLength: 2048 });
const keys = pair();
const strange = pair();
const public_pem = keys.publicKey.export({ type: "spki", format: "pem" }) as string;
const account = "chat@system.gserviceaccount.com";
const seconds = () => Math.floor(Date.now() / 1000);

let server: Server;
let path = "";
/** Every message that the server made, for the type check at the end. */
const messages: Json[] = [];
const folder = temporary_folder();
beforeAll(async () => {
  server = await Server.kinds();
  path = await add_hook(server, "google-chat", JSON.stringify({ k1: public_pem }), "--option", "audience=1234567890");
});
afterAll(async () => {
  await server.stop();
  folder.remove();
});

const claims = (more: Json = {}): Json => ({
  iss: account,
  aud: "1234567890",
  iat: seconds(),
  exp: seconds() + 3600,
  ...more,
});
const signed = (payload: Json = claims(), key = keys, header: Json = { alg: "RS256", kid: "k1" }): string =>
  jws.sign({ header, payload, privateKey: key.privateKey.export({ type: "pkcs8", format: "pem" }) });

let count = 0;
class Person {
  last: Json = {};
  constructor(
    readonly user: string,
    readonly where = () => path,
  ) {}

  async deliver(kind: string, change: (event: Json) => void): Promise<Json> {
    const event = fixture(`google_chat/${kind}`);
    event["eventTime"] = `2026-01-01T00:00:00.${String((count += 1)).padStart(6, "0")}Z`;
    event["user"].name = `users/${this.user}`;
    change(event);
    const { status, text } = await send(server, this.where(), event, { authorization: `Bearer ${signed()}` });
    expect(status).toBe(200);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(32_000);
    this.last = JSON.parse(text) as Json;
    messages.push(this.last);
    return this.last;
  }
  say(words: string): Promise<Json> {
    return this.deliver("message", (event) => {
      event["message"].name = `spaces/A/messages/${count}`;
      event["message"].argumentText = ` ${words}`;
    });
  }
  widgets(): Json[] {
    return (this.last["cardsV2"] ?? []).flatMap(({ card }: Json) =>
      card.sections.flatMap((section: Json) => section["widgets"]),
    );
  }
  press(label: string, inputs: Json = {}): Promise<Json> {
    const buttons = this.widgets().flatMap((widget) => widget["buttonList"]?.buttons ?? []);
    const button = buttons.find((one: Json) => one["text"] === label);
    if (!button) throw new Error(`no button ${label}: ${JSON.stringify(this.last)}`);
    return this.click(button.onClick.action.parameters[0].value, inputs);
  }
  click(token: string, inputs: Json = {}): Promise<Json> {
    return this.deliver("card_clicked", (event) => {
      event["action"].parameters = [{ key: "t", value: token }];
      const form = Object.entries(inputs).map(([name, value]) => [name, { stringInputs: { value } }]);
      event["common"] = { parameters: { t: token }, formInputs: Object.fromEntries(form) };
    });
  }
}

describe("a whole talk", () => {
  test("by cards", async () => {
    const anna = new Person("anna");
    expect((await anna.say("start"))["cardsV2"][0].card.header.title).toMatch(/^Question 1 of/);
    const first = anna.last["cardsV2"][0].card.sections[0].widgets[1].buttonList.buttons[0].onClick.action;
    await anna.press("The left one");
    expect(anna.last["actionResponse"]).toEqual({ type: "UPDATE_MESSAGE" });
    await anna.press("Deep");
    await anna.click(first.parameters[0].value);
    expect(JSON.stringify(anna.last)).toContain("Which of these?");
    await anna.press("Continue", { multi: ["a", "c"] });
    expect(JSON.stringify(anna.last)).toContain("How many?");
    await anna.press("Back");
    await anna.press("Continue", { multi: [] });
    await anna.press("Send", { text: ["41"] });
    await anna.press("Yes");
    await anna.press("4");
    await anna.press("Send", { text: ["<b>nothing</b> else @all"] });
    expect(JSON.stringify(anna.last)).toContain("Full report");
  });

  test("by typed words, in a thread", async () => {
    const bob = new Person("bob");
    for (const words of ["start", "2", "no", "1 3", "40", "yes", "3"]) await bob.say(words);
    expect(JSON.stringify(bob.last)).toContain("Anything else?");
    expect(JSON.stringify(await bob.say("all said"))).toContain("Recommendation");
  });
});

test("a press on somebody else's card is refused to that person alone", async () => {
  const carl = new Person("carl");
  await carl.say("start");
  const token = carl.last["cardsV2"][0].card.sections[0].widgets[1].buttonList.buttons[0].onClick.action.parameters[0].value;
  const dora = new Person("dora");
  const refusal = await dora.click(token);
  expect(refusal["privateMessageViewer"]).toEqual({ name: "users/dora" });
  expect(refusal["actionResponse"]).toEqual({ type: "NEW_MESSAGE" });
});

test("what Google's library takes and refuses, the server takes and refuses", async () => {
  const google = new OAuth2Client();
  const accepts = async (token: string): Promise<boolean> => {
    try {
      await google["verifySignedJwtWithCertsAsync"](token, { k1: public_pem }, "1234567890", [account]);
      return true;
    } catch {
      return false;
    }
  };
  const good = signed();
  const [head = "", body = "", mark = ""] = good.split(".");
  const forged = Buffer.from(JSON.stringify(claims({ exp: seconds() + 7200 }))).toString("base64url");
  const cases: [string, boolean][] = [
    [good, true],
    [signed(claims({ aud: "1234567891" })), false],
    [signed(claims({ iss: "https://accounts.google.com" })), false],
    [signed(claims({ iat: seconds() - 7200, exp: seconds() - 3600 })), false],
    [signed(claims({ iat: seconds() + 3600, exp: seconds() + 7200 })), false],
    [signed(claims(), strange), false],
    [signed(claims(), keys, { alg: "RS256", kid: "k2" }), false],
    [`${head}.${forged}.${mark}`, false],
    [`${head}.${body}.${mark.slice(0, -4)}`, false],
    [`${head}.${body}`, false],
  ];
  for (const [token, wanted] of cases) {
    expect([await accepts(token), token]).toEqual([wanted, token]);
    const { status } = await send(server, path, fixture("google_chat/message"), { authorization: `Bearer ${token}` });
    expect([status === 200, token]).toEqual([wanted, token]);
  }
});

test("broken and oversized requests, and an add-on's envelope", async () => {
  const headers = { authorization: `Bearer ${signed()}` };
  expect((await send(server, path, fixture("google_chat/message"))).status).toBe(401);
  expect((await send(server, path, "{", headers)).status).toBe(400);
  expect((await send(server, path, "x".repeat(300_000), headers)).status).toBe(413);
  expect((await send(server, path, "{}", { ...headers, "content-type": "text/plain" })).status).toBe(415);
  expect((await send(server, path, { chat: { messagePayload: {} } }, headers)).text).toContain("add-on");
});

test("keys are fetched, and kept", async () => {
  const google = await Receiver.start(() => ({ k1: public_pem }));
  const fetching = await add_hook(server, "google-chat", `${google.url}/certs`, "--option", "audience=1234567890");
  const erin = new Person("erin", () => fetching);
  for (let i = 0; i < 3; i += 1) await erin.say("status");
  expect((await google.next()).path).toBe("/certs");
  expect(google.waiting).toBe(0);
  google.stop();
});

test("every message is one by the vendor's types", () => {
  expect(messages.length).toBeGreaterThan(20);
  const file = join(folder.path, "messages.ts");
  const types = dirname(vendor.resolve("@googleapis/chat/package.json"));
  const check = (extra: string): string => {
    writeFileSync(
      file,
      `import type { chat_v1 } from ${JSON.stringify(join(types, "build/index.js"))};\n` +
        `export const all: chat_v1.Schema$Message[] = ${JSON.stringify(messages)};\n${extra}`,
    );
    const words = ["--noEmit", "--strict", "--skipLibCheck", "--types", "", "--module", "nodenext", file];
    return String(spawnSync(repository_path("web/node_modules/.bin/tsc"), words, { encoding: "utf8", cwd: folder.path }).stdout);
  };
  expect(check("")).toBe("");
  expect(check('export const bad: chat_v1.Schema$Message = { cardsV3: [] };')).toContain("cardsV3");
});
