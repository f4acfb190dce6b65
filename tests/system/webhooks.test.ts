// Webhooks out of the real program: set up beside the running server, verified by the SDKs that receivers use, delivered in
// spite of what receivers and machines do.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Webhook as StandardWebhook } from "standardwebhooks";
import { Webhook as SvixWebhook } from "svix";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { hold_against } from "./support/contract.ts";
import { type Delivery, Receiver } from "./support/receiver.ts";
import { run, Server, temporary_folder } from "./support/server.ts";
import { Talker } from "./support/talker.ts";
import { eventually } from "./support/time.ts";

const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
const folder = temporary_folder();
afterAll(folder.remove);
let count = 0;
const new_path = () => join(folder.path, `part-${(count += 1)}`);

const receivers = new Set<Receiver>();
afterEach(async () => {
  for (const receiver of receivers) await receiver.close();
  receivers.clear();
});
async function open_receiver(port = 0): Promise<Receiver> {
  const receiver = await Receiver.open(undefined, port);
  receivers.add(receiver);
  return receiver;
}

interface Listed {
  id: string;
  host: string;
  kind: string;
  events: string;
  enabled: boolean;
  state: string;
  last_success_at: string | null;
  last_error: string;
  pending: number;
  dead: number;
  dead_messages: { id: string; event: string; tries: number; error: string }[];
}

async function webhook(words: string[], data: string, input = "") {
  return await run(["webhook", ...words, "--data", data], { input });
}
async function list(data: string, id: string): Promise<Listed> {
  return JSON.parse((await webhook(["list", id, "--json"], data)).out) as Listed;
}
/** Adds a webhook to a receiver on loopback, which the administrator allows by name. */
async function add(data: string, url: string, ...words: string[]): Promise<{ id: string; secret: string }> {
  const { code, out, err } = await webhook(["add", url, "--allow-host", "127.0.0.1", "--json", ...words], data);
  expect([code, err]).toEqual([0, ""]);
  return JSON.parse(out) as { id: string; secret: string };
}

interface Body {
  type: string;
  timestamp: string;
  data: Record<string, unknown> & { session_id: string };
}
/** The body, once both SDKs have accepted the delivery. */
function verified({ body, headers }: Delivery, secret: string): Body {
  new SvixWebhook(secret).verify(body, headers);
  hold_against("openapi.json#/components/schemas/webhook_event", JSON.parse(body), "the webhook's body");
  return new StandardWebhook(secret).verify(body, headers) as Body;
}

describe("a generic webhook, added beside the running server", () => {
  let server: Server;
  beforeAll(async () => {
    server = await Server.kinds({ flags: ["--public-url", "https://advice.example.org"] });
  });
  afterAll(() => server.stop());

  test("is told of a session's beginning and end, signed as the specification has it", async () => {
    const receiver = await open_receiver();
    const { id, secret } = await add(server.data, receiver.url("/in?key=1"));
    const talker = await Talker.start(server);
    const started = await receiver.next();
    expect(started).toMatchObject({ method: "POST", path: "/in?key=1" });
    expect(started.headers["content-type"]).toBe("application/json");
    expect(verified(started, secret)).toMatchObject({
      type: "session.started",
      data: { session_id: talker.session, locale: "", source: { platform: "web" }, script: { id: "kinds" } },
    });
    await talker.answer_all();
    const delivery = await receiver.next();
    const completed = verified(delivery, secret);
    expect(completed).toMatchObject({
      type: "session.completed",
      data: {
        session_id: talker.session,
        recommendation: { id: "first", title: "First", confidence: expect.any(Number), firmness: "leaning" },
        hiring: [],
        report_url: expect.stringMatching(/^https:\/\/advice\.example\.org\/r\/\w+$/),
      },
    });
    expect(completed.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(delivery.body, "minified").toBe(JSON.stringify(JSON.parse(delivery.body)));
    expect(delivery.headers["webhook-id"]).toMatch(/^msg_[0-9a-f]{32}$/);
    expect(delivery.headers["webhook-id"]).not.toBe(started.headers["webhook-id"]);
    const report = new URL(completed.data["report_url"] as string).pathname.replace("/r/", "/api/v1/reports/");
    expect((await fetch(`http://${server.host}${report}`)).status, "the report is there").toBe(200);
    const health = await eventually("the success", async () => {
      const now = await list(server.data, id);
      return now.pending === 0 ? now : undefined;
    });
    expect(health).toMatchObject({ enabled: true, state: "on", dead: 0, last_error: "" });
    expect(health.last_success_at).not.toBeNull();
    await talker.close();
    await webhook(["remove", id], server.data);
  });

  test("a changed, foreign or unsigned body is what the SDKs refuse", async () => {
    const receiver = await open_receiver();
    const { id, secret } = await add(server.data, receiver.url());
    await (await Talker.start(server)).close();
    const good = await receiver.next();
    verified(good, secret);
    expect(() => verified({ ...good, body: good.body.replace("started", "startef") }, secret)).toThrow();
    expect(() => verified(good, "whsec_" + Buffer.alloc(32, 1).toString("base64"))).toThrow();
    const headers = { ...good.headers, "webhook-id": "msg_other" };
    expect(() => verified({ ...good, headers }, secret)).toThrow();
    await webhook(["remove", id], server.data);
  });

  test("a restart cancels what was answered; remarks and repeats are no events", async () => {
    const receiver = await open_receiver();
    const { id, secret } = await add(server.data, receiver.url(), "--events", "session.completed,session.cancelled");
    const talker = await Talker.start(server);
    await talker.request({ type: "restart" }); // nothing was answered yet
    await talker.answer_all();
    expect(verified(await receiver.next(), secret).type).toBe("session.completed");
    await talker.request({ type: "say", text: "why?" });
    const again = { type: "restart", id: "a-frame-that-is-sent-twice" };
    await talker.request(again);
    await talker.request(again);
    const cancelled = verified(await receiver.next(), secret);
    expect(cancelled).toMatchObject({ type: "session.cancelled", data: { reason: "restarted" } });
    await talker.answer_all();
    expect(verified(await receiver.next(), secret).type).toBe("session.completed");
    expect(receiver.waiting).toBe(0);
    await talker.close();
    await webhook(["remove", id], server.data);
  });

  test("while its secret is rotated, the old and the new one both verify", async () => {
    const receiver = await open_receiver();
    const { id, secret } = await add(server.data, receiver.url());
    const { secret: fresh } = JSON.parse((await webhook(["rotate", id, "--json"], server.data)).out) as {
      secret: string;
    };
    expect(fresh).not.toBe(secret);
    await (await Talker.start(server)).close();
    const both = await receiver.next();
    verified(both, secret);
    verified(both, fresh);
    await webhook(["rotate", id, "--overlap", "0"], server.data);
    await (await Talker.start(server)).close();
    const after = await receiver.next();
    for (const old of [secret, fresh]) expect(() => verified(after, old)).toThrow();
    await webhook(["remove", id], server.data);
  });

  test("410 switches it off, and it is switched on by hand", async () => {
    const receiver = await open_receiver();
    const { id } = await add(server.data, receiver.url());
    receiver.answers = [410];
    await (await Talker.start(server)).close();
    await receiver.next();
    const off = await eventually("switched off", async () => {
      const now = await list(server.data, id);
      return now.enabled ? undefined : now;
    });
    expect(off.state).toMatch(/^off: HTTP 410/);
    expect(off.dead).toBe(1);
    await (await Talker.start(server)).close(); // nobody is told
    expect((await webhook(["enable", id], server.data)).out).toMatch(/is on; 0 pending/);
    await webhook(["replay", id], server.data);
    expect((await receiver.next()).headers["webhook-id"]).toBe(off.dead_messages[0]?.id);
    expect(receiver.waiting).toBe(0);
    await webhook(["remove", id], server.data);
  });

  test.each<[string, import("./support/receiver.ts").Answer, RegExp]>([
    ["an error", 500, /^HTTP 500$/],
    ["a redirect", (response) => response.writeHead(302, { location: "/elsewhere" }).end(), /^HTTP 302 .*not followed/],
    ["a closed connection", (response) => response.destroy(), /^broken: /],
    [
      "an endless head",
      (response) => response.writeHead(500, { "x-long": "x".repeat(17_000) }).end(),
      /^too_large: |^broken: /,
    ],
  ])("after %s it is tried again in seconds, under the same id, freshly signed", async (_, answer, says) => {
    const receiver = await open_receiver();
    const { id, secret } = await add(server.data, receiver.url());
    receiver.answers = [answer];
    await (await Talker.start(server)).close();
    const first = await receiver.next();
    const waiting = await eventually("the failure", async () => {
      const now = await list(server.data, id);
      return now.last_error ? now : undefined;
    });
    expect(waiting.last_error).toMatch(says);
    expect(waiting).toMatchObject({ pending: 1, dead: 0, enabled: true });
    const second = await receiver.next();
    expect(second.path, "not where the redirect leads").toBe("/hook");
    expect(second.body).toBe(first.body);
    expect(second.headers["webhook-id"]).toBe(first.headers["webhook-id"]);
    expect(Number(second.headers["webhook-timestamp"])).toBeGreaterThan(Number(first.headers["webhook-timestamp"]));
    verified(second, secret);
    await webhook(["remove", id], server.data);
  });

  test("one that is overloaded is left alone for as long as it asks, with all its messages", async () => {
    const receiver = await open_receiver();
    const { id } = await add(server.data, receiver.url());
    receiver.answers = [(response) => response.writeHead(429, { "retry-after": "3600" }).end()];
    await (await Talker.start(server)).close();
    await receiver.next();
    const paused = await eventually("the pause", async () => {
      const now = await list(server.data, id);
      return now.state === "on" ? undefined : now;
    });
    const minutes = (Date.parse(paused.state.replace("waits until ", "")) - Date.now()) / 60_000;
    expect(minutes).toBeGreaterThan(55);
    expect(minutes).toBeLessThan(67);
    await (await Talker.start(server)).close();
    expect((await list(server.data, id)).pending).toBe(2);
    await webhook(["enable", id], server.data);
    await receiver.next();
    await webhook(["remove", id], server.data);
  });

  test("a large answer to a delivery that was taken changes nothing", async () => {
    const receiver = await open_receiver();
    const { id } = await add(server.data, receiver.url());
    receiver.answers = [(response) => response.writeHead(200).end(Buffer.alloc(300_000))];
    await (await Talker.start(server)).close();
    await receiver.next();
    const taken = await eventually("the success", async () => {
      const now = await list(server.data, id);
      return now.last_success_at ? now : undefined;
    });
    expect(taken).toMatchObject({ pending: 0, dead: 0 });
    await webhook(["remove", id], server.data);
  });
});

/** A session's beginning is stored, and the server killed before anybody has taken the message. */
async function kill_before_delivery(data: string, receiver: Receiver): Promise<{ session: string; secret: string }> {
  const server = await Server.kinds({ data });
  const { secret } = await add(data, receiver.url());
  receiver.answers = [() => {}]; // never answered
  const talker = await Talker.start(server);
  const reached = await receiver.next();
  expect(verified(reached, secret).data.session_id).toBe(talker.session);
  await server.kill();
  return { session: talker.session, secret };
}

describe("a server killed between a turn and its delivery", () => {
  test("delivers after the restart, under the same id", async () => {
    const data = new_path();
    const receiver = await open_receiver();
    const { session, secret } = await kill_before_delivery(data, receiver);
    const server = await Server.kinds({ data });
    const delivery = await receiver.next();
    expect(verified(delivery, secret).data.session_id).toBe(session);
    expect(delivery.headers["webhook-id"]).toBe(receiver.all[0]?.headers["webhook-id"]);
    await server.stop();
  });

  test("would not, had the message not been in the turn's transaction (control)", async () => {
    const data = new_path();
    const receiver = await open_receiver();
    const { session, secret } = await kill_before_delivery(data, receiver);
    const database = new DatabaseSync(join(data, "advisor.db"));
    database.exec("DELETE FROM outbox");
    database.close();
    const server = await Server.kinds({ data });
    const next = await Talker.start(server);
    const delivery = verified(await receiver.next(), secret);
    expect(delivery.data.session_id, "the next session's, so the lost one is lost").toBe(next.session);
    expect(delivery.data.session_id).not.toBe(session);
    expect(receiver.waiting).toBe(0);
    await server.stop();
  });

  test("nor does a silent receiver keep a server from stopping, or lose what it was sent", async () => {
    const data = new_path();
    const receiver = await open_receiver();
    const server = await Server.kinds({ data });
    const { secret } = await add(data, receiver.url());
    receiver.answers = [() => {}];
    await (await Talker.start(server)).close();
    const first = await receiver.next();
    expect(await server.stop()).toBe(0);
    const next = await Server.kinds({ data });
    const second = await receiver.next();
    verified(second, secret);
    expect(second.headers["webhook-id"]).toBe(first.headers["webhook-id"]);
    await next.stop();
  });

  test("every stored end of a session has its message, whoever is killed when", async () => {
    const data = new_path();
    const receiver = await open_receiver();
    let server = await Server.kinds({ data });
    await add(data, receiver.url(), "--events", "session.completed");
    for (let round = 0; round < 3; round += 1) {
      const talkers = await Promise.all(Array.from({ length: 8 }, () => Talker.start(server)));
      const talks = talkers.map((talker) => talker.answer_all().catch(() => {}));
      await talks[0];
      await server.kill();
      await Promise.all(talks);
      server = await Server.kinds({ data });
    }
    const database = new DatabaseSync(join(data, "advisor.db"), { readOnly: true });
    const ended = database.prepare("SELECT key FROM session WHERE outcome IS NOT NULL").all() as { key: string }[];
    database.close();
    expect(ended.length).toBeGreaterThan(0);
    const told = () => new Set(receiver.all.map(({ body }) => (JSON.parse(body) as Body).data.session_id));
    await eventually("all messages", async () => (ended.every(({ key }) => told().has(key)) ? true : undefined));
    await server.stop();
  });
});

describe("secrets", () => {
  test("are shown once, and are nowhere to be read afterwards", async () => {
    const data = new_path();
    const server = await Server.kinds({ data, flags: ["--log-level", "debug"] });
    const receiver = await open_receiver();
    const file = new_path();
    writeFileSync(file, `${receiver.url("/services/T0/B0/canaryurl")}\n`);
    const posted = await webhook(["add", "slack", "--url-file", file, "--allow-host", "127.0.0.1"], data);
    expect([posted.code, posted.err]).toEqual([0, ""]);
    const given = `whsec_${Buffer.from("canary-canary-canary-canary").toString("base64")}`;
    const words = ["add", receiver.url("/generic"), "--allow-host", "127.0.0.1", "--secret-file", "-"];
    const added = await webhook(words, data, given);
    expect(added.out.trimEnd().split("\n").at(-1)).toBe(given);
    receiver.answers = [500, 500];
    const talker = await Talker.start(server);
    await talker.answer_all();
    await receiver.next();
    await receiver.next();
    const listed = (await webhook(["list"], data)).out + (await webhook(["list", "--json"], data)).out;
    await talker.close();
    await server.stop();
    const stored = readFileSync(join(data, "advisor.db"), "latin1");
    for (const [where, text] of [
      ["list", listed],
      ["add", posted.out],
      ["log", server.log],
      ["database", stored],
    ] as const) {
      expect(text, where).not.toContain("canary");
      expect(text, where).not.toContain(given);
    }
    expect(server.log, "the log was looked at").toContain("webhook_failed");
    expect(process.getBuiltinModule("node:fs").statSync(join(data, "secret.key")).mode & 0o777).toBe(0o600);
  });

  test("of another key do not open, and the message waits for the right one", async () => {
    const data = new_path();
    const receiver = await open_receiver();
    const { id } = await add(data, receiver.url());
    const key = readFileSync(join(data, "secret.key"));
    writeFileSync(join(data, "secret.key"), Buffer.alloc(32, 1));
    const { code, err } = await webhook(["test", id], data);
    expect(code).toBe(1);
    expect(err).toMatch(/^advisor: .*secret\.key.*\n$/);
    writeFileSync(join(data, "secret.key"), key);
    expect((await webhook(["test", id], data)).code).toBe(0);
  });
});

describe("advisor webhook", () => {
  test.each<[string, string[], RegExp]>([
    ["no address", ["add"], /--url-file/],
    ["a chat without its address", ["add", "slack"], /Incoming Webhooks.*--url-file/],
    ["two addresses", ["add", "https://a.example/", "--url", "https://b.example/"], /too many/],
    ["an unknown kind", ["add", "pigeon", "https://a.example/"], /"pigeon".*mattermost/],
    ["a broken address", ["add", "https://user:pw@a.example/"], /https:\/\/example\.org/],
    ["plain http", ["add", "http://a.example/"], /--allow-host a\.example/],
    ["a private address", ["add", "https://10.1.2.3/"], /--allow-host 10\.1\.2\.3/],
    ["a private IPv6 address", ["add", "https://[::1]/"], /--allow-host ::1/],
    ["localhost", ["add", "https://localhost/"], /--allow-host localhost/],
    ["an unknown event", ["add", "https://a.example/", "--events", "session.startled"], /"session\.startled"/],
    ["a broken secret", ["add", "https://a.example/", "--secret-file", "-"], /whsec_/],
    ["a secret for a chat", ["add", "slack", "https://a.example/", "--secret-file", "-"], /--secret-file/],
    ["a bad id", ["add", "https://a.example/", "--id", "A b"], /"A b".*a-z/],
    ["a file that is not there", ["add", "--url-file", "/nowhere/at/all"], /\/nowhere\/at\/all/],
  ])("refuses %s in one line, and stores nothing", async (_, words, says) => {
    const data = new_path();
    const { code, out, err } = await webhook(words, data, "whsec_short");
    expect(out).toBe("");
    expect(err).toMatch(/^(advisor: [^\n]+\n)+$/);
    expect(err).toMatch(says);
    expect(code).toBe(2);
    expect(process.getBuiltinModule("node:fs").existsSync(join(data, "advisor.db"))).toBe(false);
  });

  test("works before the first start of a server, and without one", async () => {
    const data = new_path();
    const receiver = await open_receiver();
    const { id, secret } = await add(data, receiver.url());
    const { code, out } = await webhook(["test", id], data);
    expect([code, out]).toEqual([0, expect.stringMatching(/^delivered: HTTP 204/)]);
    const body = verified(await receiver.next(), secret);
    expect(body).toMatchObject({ type: "endpoint.test", data: { note: "connectivity check" } });
    receiver.answers = [500];
    const failed = await webhook(["test", id], data);
    expect([failed.code, failed.err]).toEqual([1, "advisor: not delivered: HTTP 500\n"]);
    expect(await list(data, id)).toMatchObject({ pending: 0, dead: 0, last_error: "HTTP 500" });
  });

  test("a name that there is not: exit code 1; no database: exit code 2 and none is made", async () => {
    const data = new_path();
    for (const command of ["list", "test", "replay", "rotate", "enable", "remove"]) {
      const words = [command, "wh_none"];
      expect((await webhook(words, data)).code, command).toBe(2);
    }
    expect(process.getBuiltinModule("node:fs").existsSync(data)).toBe(false);
    await add(data, "https://a.example/");
    for (const command of ["list", "test", "replay", "rotate", "enable", "remove"]) {
      const { code, err } = await webhook([command, "wh_none"], data);
      expect([code, err], command).toEqual([1, expect.stringMatching(/^advisor: .*wh_none.*advisor webhook list.*\n$/)]);
    }
  });

  test("sends only where it was allowed: a name of this machine is refused when it is looked up", async () => {
    const data = new_path();
    const receiver = await open_receiver();
    const url = `https://127.0.0.1.localtest.invalid:${receiver.port}/`;
    await webhook(["add", url, "--id", "nowhere"], data);
    const { code, err } = await webhook(["test", "nowhere"], data);
    expect([code, err]).toEqual([1, expect.stringMatching(/unknown_host/)]);
    // 0x7f.1 is 127.0.0.1 to the system's lookup, and no address to a naive check.
    for (const host of ["0x7f.1", "2130706433", "0177.0.0.1"]) {
      await webhook(["add", `https://${host}:${receiver.port}/`, "--id", "tricky"], data);
      const refused = await webhook(["test", "tricky"], data);
      expect([host, refused.code, refused.err]).toEqual([host, 1, expect.stringMatching(/private_address: .*127\.0\.0\.1/)]);
      await webhook(["remove", "tricky"], data);
    }
    expect(receiver.all).toEqual([]);
  });

  test.each(["add", "list", "test", "replay", "rotate", "enable", "remove"])("%s --help has examples", async (name) => {
    const { code, out } = await run(["webhook", name, "--help"]);
    expect(code).toBe(0);
    const examples = out.split(/^Examples:$/m)[1] ?? "";
    expect(examples).toContain(`advisor webhook ${name}`);
    for (const [flag] of examples.matchAll(/ --[a-z-]+/g)) expect(out.split("Examples:")[0]).toContain(flag.trim());
  });
});
