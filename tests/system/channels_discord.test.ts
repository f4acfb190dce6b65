// Discord against the real program: interactions signed and checked with Discord's own library, messages checked with
// its own builders and types.
import { generateKeyPairSync, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { EmbedBuilder, createComponentBuilder } from "@discordjs/builders";
import { verifyKey } from "discord-interactions";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { add_hook, post, type Posted, session_count, type_errors } from "./support/hooks.ts";
import { product_scripts, repository_path, Server, temporary_folder } from "./support/server.ts";

const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const public_hex = publicKey.export({ format: "der", type: "spki" }).subarray(-32).toString("hex");
const sample = (name: string) =>
  JSON.parse(readFileSync(repository_path(`tests/fixtures/channels/discord/${name}.json`), "utf8"));

/** Everything that the server has answered, for the check of types. */
const answers: unknown[] = [];
let last_id = 200_000_000_000_000_000n;

/** What Discord's own builders refuse, refused here. */
// oxlint-disable-next-line no-explicit-any
function hold_message(answer: any): void {
  answers.push(answer);
  if (![4, 7].includes(answer.type)) return;
  const { content, components, embeds, allowed_mentions } = answer.data;
  expect(content.length).toBeLessThanOrEqual(2000);
  expect(allowed_mentions).toEqual({ parse: [] });
  expect(components?.length ?? 0).toBeLessThanOrEqual(5);
  for (const row of components ?? []) createComponentBuilder(row).toJSON();
  let size = 0;
  for (const embed of embeds ?? []) {
    const { title = "", description = "", fields = [] } = new EmbedBuilder(embed).toJSON();
    size += title.length + description.length;
    for (const field of fields) size += field.name.length + field.value.length;
  }
  expect(size).toBeLessThanOrEqual(6000);
}

// oxlint-disable-next-line no-explicit-any
const readable = (answer: any): string => answer.data.content.replaceAll(/\\(?=[^\p{L}\p{N}\s])/gu, "");

class Person {
  // oxlint-disable-next-line no-explicit-any
  last: any;

  constructor(
    readonly server: Server,
    readonly path: string,
    readonly user = "100000000000000003",
    readonly channel = "100000000000000020",
  ) {}

  /** An interaction as it comes, under an id of its own. */
  body(name: string, data: Record<string, unknown>, id?: string): string {
    const body = sample(name);
    body.id = id ?? String(++last_id);
    body.member.user.id = this.user;
    body.member.user.global_name = `<@1> **${this.user.slice(-1)}**`;
    body.channel_id = this.channel;
    body.data = { ...body.data, ...data };
    return JSON.stringify(body);
  }

  async send(body: string, timestamp = String(Math.floor(Date.now() / 1000))): Promise<Posted> {
    const signature = sign(null, Buffer.from(timestamp + body), privateKey).toString("hex");
    expect(await verifyKey(body, signature, timestamp, public_hex)).toBe(true);
    return await post(this.server, this.path, body, {
      "Content-Type": "application/json",
      "X-Signature-Ed25519": signature,
      "X-Signature-Timestamp": timestamp,
    });
  }

  async take(body: string) {
    const answer = await this.send(body);
    expect(answer.status, answer.text).toBe(200);
    expect(answer.type).toMatch(/^application\/json/);
    hold_message(answer.json);
    if (answer.json.data?.flags !== 64 && answer.json.type !== 9) this.last = answer.json;
    return answer.json;
  }

  command = (text = "") =>
    this.take(this.body("command", { options: text === "" ? [] : [{ name: "topic", type: 3, value: text }] }));
  press = (custom_id: string) => this.take(this.body("component_button", { component_type: 2, custom_id }));
  pick = (custom_id: string, values: string[]) =>
    this.take(this.body("component_select", { component_type: 3, custom_id, values }));
  fill = (custom_id: string, value: string) =>
    this.take(
      this.body("modal_submit", {
        custom_id,
        components: [{ type: 18, id: 1, component: { type: 4, id: 2, custom_id: "text", value } }],
      }),
    );

  // oxlint-disable-next-line no-explicit-any
  get controls(): any[] {
    return this.last.data.components.flatMap((row: { components: unknown[] }) => row.components);
  }
  id_of(label: string): string {
    const found = this.controls.find((control) => control.label === label);
    if (!found) throw new Error(`no control ${label}: ${JSON.stringify(this.controls)}`);
    return found.custom_id;
  }
  /** As people read it. */
  get content(): string {
    return readable(this.last);
  }
}

let server: Server;
let path: string;
beforeAll(async () => {
  server = await Server.kinds();
  path = await add_hook(server, "discord", public_hex);
});
afterAll(async () => void (await server.stop()));

const channel = () => String(++last_id);
const without_link = (text: string) => text.replace(/\(https:[^)]*\)/, "");

describe("a whole talk", () => {
  test("by buttons, menus and a form, and by typed words, has the same result", async () => {
    const clicks = new Person(server, path, "100000000000000003", channel());
    await clicks.command();
    expect(clicks.last.type).toBe(4);
    expect(clicks.content).toContain("**Question 1 of");
    await clicks.press(clicks.id_of("The left one"));
    expect(clicks.last.type).toBe(7);
    expect(clicks.content).toContain("Left it is");
    await clicks.press(clicks.id_of("Flat"));
    const menu = clicks.controls[0];
    expect(menu.options.map((option: { label: string }) => option.label)).toEqual(["Red", "Green", "Blue"]);
    await clicks.pick(menu.custom_id, [menu.options[0].value, menu.options[2].value]);
    await clicks.press(clicks.id_of("A few"));
    await clicks.press(clicks.id_of("Yes"));
    await clicks.press(clicks.id_of("4"));
    const form = await clicks.press(clicks.id_of("Type your answer"));
    expect(form.type).toBe(9);
    expect(form.data.components[0].component.max_length).toBe(50);
    const final = await clicks.fill(form.data.custom_id, "nothing **else**");
    expect(final.type).toBe(7);
    expect(final.data.components).toEqual([]);
    expect(final.data.embeds[0].title).toBe("Recommendation");

    const types = new Person(server, path, "100000000000000004", channel());
    for (const text of ["", "1", "flat", "1 3", "a few", "yes", "4", "nothing **else**"]) await types.command(text);
    expect(types.last.type).toBe(4);
    expect(without_link(types.last.data.embeds[0].description)).toBe(without_link(final.data.embeds[0].description));
    expect(final.data.embeds[0].description).toMatch(/\[Full report\]\(https:\/\/advisor\.example\.org\//);
  });

  test("takes typed words in the form of any question, and none of several", async () => {
    const anna = new Person(server, path, "100000000000000003", channel());
    await anna.command();
    const form = await anna.press(anna.id_of("Type an answer"));
    await anna.fill(form.data.custom_id, "the right one please");
    expect(anna.content).toContain("Is it high");
    await anna.press(anna.id_of("No"));
    await anna.press(anna.id_of("None of these"));
    expect(anna.content).toContain("How many");
    const amount = await anna.press(anna.id_of("Type your answer"));
    await anna.fill(amount.data.custom_id, "250");
    expect(anna.content).toContain("Are you sure");
  });

  test("goes back, skips, starts anew, tells where it stands and ends", async () => {
    const anna = new Person(server, path, "100000000000000003", channel());
    await anna.command();
    await anna.press(anna.id_of("The left one"));
    await anna.press(anna.id_of("Back"));
    expect(anna.content).toContain("Which one");
    await anna.press(anna.id_of("The left one"));
    await anna.press(anna.id_of("Skip"));
    expect(anna.content).toContain("Which of these");
    expect(readable(await anna.command("status"))).toContain("Pick");
    expect(readable(await anna.command("help"))).toContain("restart");
    await anna.command("change 1");
    expect(anna.content).toContain("Which one");
    await anna.press(anna.id_of("The right one"));
    await anna.command("restart");
    expect(anna.content).toContain("Question 1 of");
    await anna.press(anna.id_of("Cancel"));
    expect(anna.last.data.components).toEqual([]);
    expect(anna.content).toContain("Ended");
  });
});

describe("presses that come late or twice", () => {
  test("the same delivery, also at once, is one step with one answer", async () => {
    const anna = new Person(server, path, "100000000000000003", channel());
    await anna.command();
    const body = anna.body("component_button", { component_type: 2, custom_id: anna.id_of("The left one") });
    const [first, ...others] = await Promise.all(Array.from({ length: 8 }, () => anna.send(body)));
    for (const other of others) expect(other.text).toBe(first?.text);
    expect((await anna.send(body)).text).toBe(first?.text);
    expect(readable(await anna.command("status"))).toMatch(/Answered so far: 1 of/);
  });

  test("the same delivery is one step, also when the server was killed in between", async () => {
    const folder = temporary_folder();
    const first = await Server.kinds({ data: folder.path });
    const anna = new Person(first, await add_hook(first, "discord", public_hex));
    await anna.command();
    const body = anna.body("component_button", { component_type: 2, custom_id: anna.id_of("The left one") });
    const answer = await anna.send(body);
    await first.kill();
    const second = await Server.kinds({ data: folder.path });
    const later = new Person(second, anna.path, anna.user, anna.channel);
    expect((await later.send(body)).text).toBe(answer.text);
    expect(readable(await later.command("status"))).toMatch(/Answered so far: 1 of/);
    await second.stop();
    folder.remove();
  });

  test("a press on an earlier question shows the one that is asked", async () => {
    const anna = new Person(server, path, "100000000000000003", channel());
    await anna.command();
    const old = anna.id_of("The right one");
    const form = anna.id_of("Type an answer");
    await anna.press(anna.id_of("The left one"));
    await anna.press(old);
    expect(anna.last.type).toBe(7);
    expect(anna.content).toContain("How deep");
    await anna.press(form);
    expect(anna.last.type).toBe(7);
    expect(anna.content).toContain("How deep");
    expect(readable(await anna.command("status"))).toContain("The left one");
  });

  test("another person is refused politely, and nothing changes", async () => {
    const anna = new Person(server, path, "100000000000000003", channel());
    await anna.command();
    const ben = new Person(server, path, "100000000000000004", anna.channel);
    const refusal = await ben.press(anna.id_of("The left one"));
    expect(refusal.type).toBe(4);
    expect(refusal.data.flags).toBe(64);
    expect(readable(await anna.command("status"))).toContain("Answered so far: 0 of");
    for (const wrong of ["a1.zzzzzz.1.a", "a1.k3f9x2.1.a", "x", "", "a1.k3f9x2.99999.a"])
      expect((await ben.press(wrong)).data.flags, wrong).toBe(64);
  });

  test("in a shared talk everybody answers, and names cannot mention anybody", async () => {
    const shared = await add_hook(server, "discord", public_hex, { shared: true });
    const anna = new Person(server, shared, "100000000000000003", channel());
    await anna.command();
    const ben = new Person(server, shared, "100000000000000004", anna.channel);
    await ben.press(anna.id_of("The left one"));
    expect(ben.content).toContain("The left one");
    expect(ben.content).not.toContain("<@1");
    expect(ben.last.data.content).not.toContain("**4**");
    expect(ben.content).not.toContain("@1");
    expect(ben.content).toContain("How deep");
  });
});

describe("requests that are not Discord's", () => {
  test("are refused with 401, and leave nothing", async () => {
    const anna = new Person(server, path);
    const before = await session_count(server);
    const body = anna.body("command", { options: [] });
    const now = Math.floor(Date.now() / 1000);
    for (const off of [-302, 302, 10_000_000]) expect((await anna.send(body, String(now + off))).status).toBe(401);
    const stamp = String(now);
    const signature = sign(null, Buffer.from(stamp + body), privateKey).toString("hex");
    const headers = (extra: Record<string, string | string[]>) => ({
      "Content-Type": "application/json",
      "X-Signature-Ed25519": signature,
      "X-Signature-Timestamp": stamp,
      ...extra,
    });
    const forged = [
      post(server, path, `${body} `, headers({})),
      post(server, path, body, headers({ "X-Signature-Ed25519": signature.replace(/^./, (c) => (c === "0" ? "1" : "0")) })),
      post(server, path, body, headers({ "X-Signature-Ed25519": "" })),
      post(server, path, body, headers({ "X-Signature-Ed25519": [signature, signature] })),
      post(server, path, body, headers({ "X-Signature-Timestamp": "" })),
      post(server, path, body, { "Content-Type": "application/json" }),
    ];
    for (const answer of await Promise.all(forged)) expect(answer.status).toBe(401);
    expect(await session_count(server)).toBe(before);
    expect((await post(server, path, body, headers({}))).status, "unaltered, it is taken").toBe(200);
    expect(await session_count(server)).toBe(before + 1);
  });

  test("are told apart: no hook, too large, no JSON, a ping", async () => {
    const anna = new Person(server, path);
    expect((await post(server, "/hooks/discord/aaaaaaaaaaaaaaaa", "{}", {})).status).toBe(404);
    expect((await anna.send(`{"type":1,"x":"${"x".repeat(300_000)}"}`)).status).toBe(413);
    expect((await anna.send("{")).status).toBe(400);
    expect((await anna.send('{"type":1}')).json).toEqual({ type: 1 });
    expect((await anna.send(JSON.stringify(sample("ping")))).json).toEqual({ type: 1 });
  });
});

test("the real recommendations fit", async () => {
  const product = await Server.start({ flags: ["--scripts", product_scripts] });
  const product_path = await add_hook(product, "discord", public_hex, { options: { visibility: "private" } });
  for (const choose of [0, 1, 2, 3]) {
    const anna = new Person(product, product_path, `30000000000000000${choose}`);
    let answer = await anna.command();
    expect(answer.data.flags).toBe(64);
    for (let left = 40; answer.data.embeds.length === 0; left--) {
      if (left === 0) throw new Error("40 questions and no end");
      const rows = answer.data.components.map((row: { components: unknown[] }) => row.components);
      const [control] = rows[0];
      if (control.type === 3 && control.custom_id.endsWith("*"))
        answer = await anna.pick(control.custom_id, control.options.map((o: { value: string }) => o.value).slice(0, choose + 1));
      else if (control.type === 3)
        answer = await anna.pick(control.custom_id, [control.options[choose % control.options.length].value]);
      else answer = await anna.press(rows[0][choose % rows[0].length].custom_id);
    }
    expect(answer.data.embeds.length).toBe(2);
    expect(answer.data.embeds[1].title).toBe("Hiring plan");
  }
  await product.stop();
});

test("every answer is of Discord's own type", () => {
  const kinds = new Set(answers.map((answer) => (answer as { type: number }).type));
  expect([...kinds].sort((a, b) => a - b)).toEqual([4, 7, 9]);
  const imports = 'import type { APIInteractionResponse } from "discord-api-types/v10";';
  expect(type_errors(imports, "APIInteractionResponse", answers)).toBe("");
  expect(type_errors(imports, "APIInteractionResponse", [{ type: 4, data: { contents: "x" } }])).toContain("contents");
});
