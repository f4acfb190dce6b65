// Which pages may talk to the server: its own, and those allowed by --origin. Others can neither open the WebSocket nor post.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { upgrade_request } from "./support/framing.ts";
import { call } from "./support/http.ts";
import { exchange, RawConnection } from "./support/raw.ts";
import { Server } from "./support/server.ts";

const allowed = ["https://advice.example.org", "http://intranet.example:8000"];
let server: Server;
beforeAll(async () => void (server = await Server.kinds({ flags: ["--origin", allowed.join(",")] })));
afterAll(async () => void (await server.stop()));

/** HOST stands for the server's own host and port, PORT for the port. */
const table: [string, boolean][] = [
  ["http://HOST", true],
  ["https://advice.example.org", true],
  ["http://intranet.example:8000", true],
  ["https://HOST", false],
  ["ws://HOST", false],
  ["HOST", false],
  ["//HOST", false],
  ["null", false],
  ["*", false],
  ["http://127.0.0.1", false],
  ["http://127.0.0.1:1", false],
  ["http://HOST0", false],
  ["http://localhost:PORT", false],
  ["http://127.0.0.2:PORT", false],
  ["http://HOST.example.org", false],
  ["http://example.org:PORT", false],
  ["http://user@HOST", false],
  ["http://HOST/", false],
  ["http://HOST/path", false],
  ["http://HOST?x", false],
  ["http://HOST, http://HOST", false],
  ["http://HOST https://evil.example", false],
  ["HTTP://HOST", false],
  ["http://advice.example.org", false],
  ["https://advice.example.org/", false],
  ["https://advice.example.org:443", false],
  ["https://advice.example.org:8443", false],
  ["https://ADVICE.example.org", false],
  ["https://advice.example.org.evil.example", false],
  ["https://evil-advice.example.org", false],
  ["https://xadvice.example.org", false],
  ["https://advice.example.or", false],
  ["https://sub.advice.example.org", false],
  ["https://example.org", false],
  ["http://intranet.example", false],
  ["https://intranet.example:8000", false],
  ["https://evil.example", false],
];
const origin_of = (template: string) =>
  template.replace("HOST", server.host).replace("HOST", server.host).replace("PORT", String(server.port));

describe.each(table)("the origin %s (allowed: %s)", (template, may) => {
  test("for the WebSocket", async () => {
    const connection = await RawConnection.open(server.port);
    connection.send(upgrade_request(server.host, `Origin: ${origin_of(template)}\r\n`));
    await connection.until("the response", () => connection.received.includes("\r\n\r\n"));
    const head = connection.received.toString("latin1");
    expect(head.split(" ")[1]).toBe(may ? "101" : "403");
    if (!may) expect(head).toContain("origin_not_allowed");
    connection.close();
  });

  test("for a POST, which then opens no session", async () => {
    const id = randomUUID();
    const headers = { Origin: origin_of(template) };
    const answer = await call(server, "POST", "/api/v1/sessions", { headers, json: { id } });
    expect(answer.status).toBe(may ? 201 : 403);
    expect(answer.headers["access-control-allow-origin"], "no other page may read answers").toBeUndefined();
  });

  test("for a GET, which changes nothing: anybody", async () => {
    expect((await call(server, "GET", "/healthz", { headers: { Origin: origin_of(template) } })).status).toBe(200);
  });
});

test("a refused POST has no effect", async () => {
  const opened = await call(server, "POST", "/api/v1/sessions", { json: { id: randomUUID() } });
  const { session, token } = JSON.parse(opened.text) as { session: string; token: string };
  const turn = { type: "answer", question: "pick", value: "left", id: "x" };
  const path = `/api/v1/sessions/${session}`;
  const headers = { Origin: "https://evil.example" };
  expect((await call(server, "POST", `${path}/turns`, { token, headers, json: turn })).status).toBe(403);
  expect(JSON.parse((await call(server, "GET", path, { token })).text)).toMatchObject({ seq: 1 });
});

test("a program sends no origin, and may do both", async () => {
  expect((await call(server, "POST", "/api/v1/sessions", { json: { id: "x" } })).status).toBe(201);
  const connection = await RawConnection.open(server.port);
  connection.send(upgrade_request(server.host));
  await connection.until("the response", () => connection.received.includes("\r\n\r\n"));
  expect(connection.received.toString("latin1")).toContain(" 101 ");
  connection.close();
});

test("the own origin is the one of the Host header, whatever name the server goes by", async () => {
  const refused = await exchange(server.port, upgrade_request("buildbox", `Origin: http://${server.host}\r\n`), 1);
  expect(refused.responses[0]?.status).toBe(403);
});

test("a preflight gets no permission", async () => {
  const headers = { Origin: "https://evil.example", "Access-Control-Request-Method": "POST" };
  const answer = await call(server, "OPTIONS", "/api/v1/sessions", { headers });
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control-"))).toEqual([]);
});
