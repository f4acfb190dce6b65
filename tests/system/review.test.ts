// The review console's accounts and API on the real program: commands beside a running server, roles, sessions, exports.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { repository_path, run, Server, temporary_folder } from "./support/server.ts";
import { Talker } from "./support/talker.ts";

interface Listed {
  id: string;
  outcome: string | null;
  opening: string;
}
interface Page {
  sessions: Listed[];
  next: string | null;
  total: number | null;
}

let server: Server;
const tokens = new Map<string, string>();

const url = (path: string) => `http://${server.host}/api/v1/review${path}`;

async function ask(path: string, role = "viewer", init: RequestInit = {}): Promise<Response> {
  const token = tokens.get(role);
  const headers: Record<string, string> = { ...(init.headers as Record<string, string>) };
  if (token) headers["Authorization"] = `Bearer ${token}`;
  if (init.body !== undefined) headers["Content-Type"] = "application/json";
  return await fetch(url(path), { ...init, headers });
}

async function listed(query: string): Promise<Listed[]> {
  const response = await ask(`/sessions?${query}`);
  expect(response.status).toBe(200);
  return ((await response.json()) as Page).sessions;
}

async function add_token(name: string, role: string): Promise<string> {
  const { code, out, err } = await run(["token", "add", name, "--role", role, "--data", server.data]);
  expect([code, err]).toEqual([0, ""]);
  return out.trimEnd().split("\n").at(-1) ?? "";
}

/** A session in which these texts are typed. */
async function talk(...texts: string[]): Promise<string> {
  const talker = await Talker.start(server);
  for (const text of texts) await talker.request({ type: "say", text });
  await talker.close();
  return talker.session;
}

beforeAll(async () => {
  server = await Server.kinds();
  for (const role of ["viewer", "editor", "admin"]) tokens.set(role, await add_token(role, role));
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
});

describe("tokens and accounts", () => {
  test("work beside a running server, and stop at once when they are removed", async () => {
    tokens.set("short", await add_token("short", "viewer"));
    expect((await ask("/sessions", "short")).status).toBe(200);
    const { code } = await run(["token", "remove", "short", "--data", server.data]);
    expect(code).toBe(0);
    expect((await ask("/sessions", "short")).status).toBe(401);
  });

  test("a role reaches what is its own and no more", async () => {
    expect((await ask("/sessions", "nobody")).status).toBe(401);
    expect((await fetch(url("/sessions"), { headers: { Authorization: "Bearer wrong" } })).status).toBe(401);
    expect((await ask("/audit", "viewer")).status).toBe(403);
    expect((await ask("/audit", "admin")).status).toBe(200);
    const mark = { method: "PUT", body: JSON.stringify({ reviewed: true }) };
    const session = await talk();
    expect((await ask(`/sessions/${session}/mark`, "viewer", mark)).status).toBe(403);
    expect((await ask(`/sessions/${session}/mark`, "editor", mark)).status).toBe(200);
    expect((await ask(`/sessions/${session}`, "editor", { method: "DELETE" })).status).toBe(403);
  });

  test("a person sets a password by the link, logs in, and is out after a reset", async () => {
    const added = await run(["user", "add", "anna", "--role", "editor", "--data", server.data]);
    const token = /\/review\/welcome#(\w+)\n$/.exec(added.out)?.[1];
    expect(added.code).toBe(0);
    const password = "correct horse battery";
    const welcome = await ask("/welcome", "", { method: "POST", body: JSON.stringify({ token, password }) });
    expect(welcome.status).toBe(200);
    const set = welcome.headers.get("set-cookie") ?? "";
    expect(set).toMatch(/^advisor_review=\w+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/);
    const cookie = { Cookie: set.split(";")[0] ?? "" };
    expect(await (await ask("/me", "", { headers: cookie })).json()).toEqual({ name: "anna", role: "editor" });
    const change = { method: "PUT", body: JSON.stringify({ query: "q=x" }) };
    expect((await ask("/filters/mine", "", { ...change, headers: cookie })).status).toBe(403);
    const meant = { ...cookie, "X-Advisor": "1" };
    expect((await ask("/filters/mine", "", { ...change, headers: meant })).status).toBe(200);
    const foreign = { ...meant, Origin: "https://evil.example" };
    expect((await ask("/filters/mine", "", { ...change, headers: foreign })).status).toBe(403);
    const reset = await run(["user", "reset", "anna", "--data", server.data]);
    expect(reset.code).toBe(0);
    expect((await ask("/me", "", { headers: cookie })).status).toBe(401);
  });

  test("by https the cookie is for this host alone", async () => {
    const added = await run(["user", "add", "tls", "--role", "viewer", "--data", server.data]);
    const token = /#(\w+)\n$/.exec(added.out)?.[1];
    const headers = { "X-Forwarded-Proto": "https" };
    const body = JSON.stringify({ token, password: "correct horse battery" });
    const welcome = await ask("/welcome", "", { method: "POST", body, headers });
    expect(welcome.headers.get("set-cookie")).toMatch(/^__Host-advisor_review=\w+; Path=\/; HttpOnly; SameSite=Strict; Secure; /);
  });

  test.each([
    [["user", "add", "a b", "--role", "viewer"], /is no name for an account/],
    [["user", "add", "x", "--role", "king"], /king/],
    [["user", "add", "x"], /--role/],
    [["user", "remove", "nobody"], /there is no account "nobody"/],
    [["user", "reset", "nobody"], /there is no account "nobody"/],
    [["token", "remove", "nobody"], /there is no token "nobody"/],
    [["token", "add", "viewer", "--role", "viewer"], /there is a token "viewer" already/],
    [["token"], /subcommand/],
  ])("%j is refused in one line", async (words, message) => {
    const data = words.length > 1 ? ["--data", server.data] : [];
    const { code, out, err } = await run([...words, ...data]);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toMatch(message);
    expect(err.trimEnd()).not.toContain("\n");
  });

  test("the first start prints a link for an admin, later ones do not", async () => {
    const folder = temporary_folder();
    const listed_before = await run(["user", "list", "--data", folder.path]);
    expect(listed_before.out).toBe("No accounts yet.\n");
    const first = await Server.start({ data: folder.path });
    await first.stop();
    const listed_after = await run(["user", "list", "--data", folder.path]);
    expect(listed_after.out).toMatch(/^admin {2}admin {2}\S+ {2}no password yet\n$/);
    folder.remove();
  });
});

describe("sessions", () => {
  test("are found by what was typed, right after it was", async () => {
    const session = await talk("the left one", "something with xylophones");
    expect((await listed("q=xylophones")).map(({ id }) => id)).toEqual([session]);
    const one = (await (await ask(`/sessions/${session}`)).json()) as { messages: { from: string; text: string }[] };
    expect(one.messages.some(({ from, text }) => from === "user" && text.includes("xylophones"))).toBe(true);
  });

  test("are paged without a gap while new ones come", async () => {
    const before = await listed("limit=200");
    let page = (await (await ask("/sessions?limit=2")).json()) as Page;
    const seen = page.sessions.map(({ id }) => id);
    await talk();
    while (page.next !== null) {
      page = (await (await ask(`/sessions?limit=2&cursor=${page.next}`)).json()) as Page;
      seen.push(...page.sessions.map(({ id }) => id));
    }
    expect(seen).toEqual(before.map(({ id }) => id));
  });

  test("leave as CSV with no cell that is a formula", async () => {
    await talk('=cmd|" /C calc"!A0', "@SUM(1)");
    const response = await ask("/sessions.csv");
    expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(response.headers.get("transfer-encoding")).toBe("chunked");
    const text = await response.text();
    expect(text).toContain(`"'=cmd|"" /C calc""!A0"`);
    expect(text).not.toMatch(/(^|,)"?[=+@-]/m);
    expect(text.trimEnd().split("\r\n")).toHaveLength((await listed("limit=200")).length + 1);
  });

  test("are counted, and the counters agree with the turns", async () => {
    const figures = (await (await ask("/analytics")).json()) as { started: number; questions: { reached: number }[] };
    expect(figures.started).toBe((await listed("limit=200")).length);
    expect(figures.questions[0]?.reached).toBe(figures.started);
    const check = await run(["analytics", "check", "--data", server.data]);
    expect([check.code, check.err]).toEqual([0, ""]);
    const rebuild = await run(["analytics", "rebuild", "--data", server.data]);
    expect([rebuild.code, rebuild.err]).toEqual([0, ""]);
    const again = (await (await ask("/analytics")).json()) as { started: number };
    expect(again.started).toBe(figures.started);
  });

  test("that are deleted are gone for their person too", async () => {
    const talker = await Talker.start(server);
    expect((await ask(`/sessions/${talker.session}`, "admin", { method: "DELETE" })).status).toBe(200);
    expect((await ask(`/sessions/${talker.session}`)).status).toBe(404);
    expect(await talker.refusal({ type: "say", text: "left" })).toBe("session_not_found");
    await talker.close();
  });
});

test("every documented request is there, for the role that the document says", async () => {
  const document = JSON.parse(readFileSync(repository_path("docs/review-openapi.json"), "utf8")) as {
    paths: Record<string, Record<string, { "x-role": string }>>;
  };
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, { "x-role": role }] of Object.entries(operations)) {
      const target = path.replace("/api/v1/review", "").replaceAll(/\{\w+\}/g, "0");
      const init = { method: method.toUpperCase(), ...(method === "get" || method === "delete" ? {} : { body: "{}" }) };
      const what = `${method} ${path}`;
      const { status } = await ask(target, "nobody", init);
      if (role === "everyone") expect(status, what).not.toBe(404);
      else expect(status, what).toBe(401);
      if (role === "admin") expect((await ask(target, "editor", init)).status, what).toBe(403);
      if (role === "editor") expect((await ask(target, "viewer", init)).status, what).toBe(403);
    }
  }
});
