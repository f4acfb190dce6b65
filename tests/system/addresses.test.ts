// What one address may use, as a reverse proxy on loopback tells it, and the names that the server goes by.
import { randomUUID } from "node:crypto";
import { WebSocket } from "ws";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { add_hook } from "./support/hooks.ts";
import { encode, opcode, RawWebSocket, upgrade_request } from "./support/framing.ts";
import { call, error_code, type HttpAnswer } from "./support/http.ts";
import { exchange, RawConnection } from "./support/raw.ts";
import { run, Server } from "./support/server.ts";
import { Talker } from "./support/talker.ts";
import { eventually } from "./support/time.ts";

const from = (address: string) => ({ "X-Forwarded-For": address });
const start = (server: Server, headers = {}) =>
  call(server, "POST", "/api/v1/sessions", { headers, json: { id: randomUUID() } });

/** How many went well before one was refused; budgets fill up again while the test runs, so it is not exact. */
async function until_refused(send: () => Promise<HttpAnswer>): Promise<number> {
  for (let count = 0; count < 50; count++) {
    const answer = await send();
    if (answer.status < 300) continue;
    expect([answer.status, error_code(answer), answer.headers["retry-after"]]).toEqual([429, "too_many_requests", "1"]);
    return count;
  }
  return 50;
}
const about = (count: number, least: number) => {
  expect(count).toBeGreaterThanOrEqual(least);
  expect(count).toBeLessThan(least + 5);
};

/** An upgrade that a proxy passes on for this address, and its status. */
async function upgrade(server: Server, address: string): Promise<{ connection: RawConnection; status: string }> {
  const connection = await RawConnection.open(server.port);
  connection.send(upgrade_request(server.host, `X-Forwarded-For: ${address}\r\n`));
  await connection.until("the response", () => connection.received.includes("\r\n\r\n"));
  return { connection, status: connection.received.toString("latin1").split(" ")[1] ?? "" };
}

describe("with limits", () => {
  let server: Server;
  const flags = ["--connections-per-address", "3", "--sessions-per-minute", "4", "--requests-per-minute", "8"];
  beforeAll(async () => void (server = await Server.kinds({ flags: [...flags, "--frames-per-second", "2"] })));
  afterAll(async () => void (await server.stop()));

  test("an address gets so many sessions and requests, and others go on", async () => {
    about(await until_refused(() => start(server, from("192.0.2.1"))), 4);
    about(await until_refused(() => call(server, "GET", "/api/v1/scripts", { headers: from("192.0.2.7") })), 8);
    expect((await call(server, "GET", "/", { headers: from("192.0.2.7") })).status, "pages are free").toBe(200);
    expect((await start(server, from("192.0.2.2"))).status).toBe(201);
    for (let count = 0; count < 20; count++) expect((await start(server)).status, "loopback itself").toBe(201);
    expect(server.log).toMatch(/"address_limited".*"192\.0\.2\.1"/);
    expect(server.log).not.toContain("192.0.2.2");
  });

  test("an address gets so many sockets, and a place that is left is given away", async () => {
    const address = "192.0.2.3";
    const sockets = [await upgrade(server, address), await upgrade(server, address), await upgrade(server, address)];
    expect(sockets.map(({ status }) => status)).toEqual(["101", "101", "101"]);
    const refused = await upgrade(server, address);
    expect(refused.status).toBe("429");
    expect(refused.connection.received.toString("latin1")).toContain("too_many_requests");
    sockets.pop()?.connection.close();
    const place = await eventually("a place", async () => {
      const next = await upgrade(server, address);
      return next.status === "101" ? next : undefined;
    });
    for (const { connection } of [...sockets, refused, place]) connection.close();
  });

  test("a socket has its pace: what is too fast changes nothing, and a flood ends it", async () => {
    const socket = new WebSocket(`ws://${server.host}/ws`, ["advisor.v1"], { headers: from("192.0.2.4") });
    const frames: { type: string; id: string; code?: string; seq?: number; session?: string; token?: string }[] = [];
    socket.on("message", (data: Buffer) => frames.push(JSON.parse(data.toString())));
    const closed = new Promise((resolve) => socket.on("close", resolve));
    socket.on("error", () => {}); // it is closed while the flood is on its way
    await new Promise((resolve) => socket.on("open", resolve));
    socket.send(JSON.stringify({ type: "start", id: "s" }));
    for (let count = 0; count < 400; count++) socket.send(JSON.stringify({ type: "restart", id: `r${count}` }));
    expect(await closed).toBe(1008);
    const taken = frames.filter(({ type }) => type === "reply");
    const refused = frames.filter(({ type }) => type === "error");
    expect(taken.length).toBeGreaterThanOrEqual(6);
    expect(refused.length).toBe(200);
    expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(["too_many_requests"]));
    expect(refused.every(({ id }) => /^r\d+$/.test(id)), "each says which frame it was").toBe(true);
    const [first] = taken;
    const path = `/api/v1/sessions/${first?.session}`;
    const state = await call(server, "GET", path, { token: first?.token ?? "" });
    expect(JSON.parse(state.text).seq).toBe(taken.at(-1)?.seq);
  });

  test("a flood of pings ends the socket", async () => {
    const { connection } = await upgrade(server, "192.0.2.5");
    for (let count = 0; count < 300; count++) connection.send(encode(opcode.ping, "x"));
    await connection.until_closed();
    expect(connection.ended).toBe(true);
    connection.close();
  });

  test("new sessions on one socket are counted, too", async () => {
    const socket = new WebSocket(`ws://${server.host}/ws`, ["advisor.v1"], { headers: from("192.0.2.6") });
    const answers: string[] = [];
    const five = new Promise<void>((resolve) =>
      socket.on("message", (data: Buffer) => {
        const { type, code } = JSON.parse(data.toString()) as { type: string; code?: string };
        if (answers.push(code ?? type) === 5) resolve();
      }),
    );
    await new Promise((resolve) => socket.on("open", resolve));
    for (let count = 0; count < 5; count++) socket.send(JSON.stringify({ type: "start", id: `s${count}` }));
    await five;
    expect(answers).toEqual(["reply", "reply", "reply", "reply", "too_many_requests"]);
    socket.terminate();
  });
});

test("without flags loopback has no limits", async () => {
  const server = await Server.kinds();
  const talker = await Talker.start(server);
  for (let count = 0; count < 200; count++) expect((await talker.request({ type: "restart" })).type).toBe("reply");
  await talker.close();
  const sockets = await Promise.all(Array.from({ length: 1200 }, () => RawWebSocket.open(server)));
  expect((await start(server)).status).toBe(201);
  for (const raw of sockets) raw.close();
  await server.stop();
});

test("with --trusted-proxy none loopback is an address like any other", async () => {
  const server = await Server.kinds({ flags: ["--trusted-proxy", "none", "--connections-per-address", "2"] });
  const sockets = [await RawWebSocket.open(server), await RawWebSocket.open(server)];
  const refused = await call(server, "GET", "/healthz", { headers: from("192.0.2.1") });
  expect([refused.status, error_code(refused)]).toEqual([429, "too_many_requests"]);
  for (const raw of sockets) raw.close();
  await server.stop();
});

describe("the name that a request calls the server by", () => {
  let server: Server;
  const flags = ["--origin", "https://advice.example.org", "--public-url", "https://talk.example.org"];
  beforeAll(async () => void (server = await Server.kinds({ flags })));
  afterAll(async () => void (await server.stop()));

  test.each(["127.0.0.1:PORT", "localhost:PORT", "localhost", "[::1]:PORT", "advice.example.org", "talk.example.org"])(
    "%s is its own",
    async (template) => {
      const Host = template.replace("PORT", String(server.port));
      expect((await call(server, "GET", "/", { headers: { Host } })).status).toBe(200);
      expect((await start(server, { Host })).status).toBe(201);
    },
  );

  test.each(["evil.example", "evil.example:PORT", "127.0.0.1.evil.example:PORT", "localhost.evil.example"])(
    "%s is not: neither page nor API nor socket, and the answer says what to do",
    async (template) => {
      const Host = template.replace("PORT", String(server.port));
      for (const path of ["/", "/review", "/api/v1/scripts"]) {
        const refused = await call(server, "GET", path, { headers: { Host } });
        expect([refused.status, error_code(refused)]).toEqual([421, "wrong_host"]);
        expect(refused.text).toContain("--origin");
      }
      expect((await start(server, { Host, Origin: `http://${Host}` })).status).toBe(421);
      const socket = await exchange(server.port, upgrade_request(Host, `Origin: http://${Host}\r\n`), 1);
      expect(socket.responses[0]?.status).toBe(421);
      expect((await call(server, "GET", "/healthz", { headers: { Host } })).status).toBe(200);
    },
  );

  test("a hook may be called by any name: it is signed", async () => {
    const path = await add_hook(server, "slack", "8f742231b10e8888abcd99yyyzzz85a5");
    const answer = await exchange(
      server.port,
      `POST ${path} HTTP/1.1\r\nHost: x.tunnel.example\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`,
      1,
    );
    expect(answer.responses[0]?.status, "unsigned, but not misdirected").toBe(401);
  });
});

test("the last admin stays, for commands as for the API", async () => {
  const server = await Server.kinds();
  const user = (...words: string[]) => run(["user", ...words, "--data", server.data]);
  const refused = await user("remove", "admin");
  expect([refused.code, refused.out]).toEqual([2, ""]);
  expect(refused.err).toMatch(/^advisor: "admin" is the last admin; add another one first .*\n$/);
  const { out } = await run(["token", "add", "t", "--role", "admin", "--data", server.data]);
  const token = out.trimEnd().split("\n").at(-1) ?? "";
  const api = async (method: string, path: string, json?: unknown) => {
    const response = await fetch(`http://${server.host}/api/v1/review/users${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      ...(json ? { body: JSON.stringify(json) } : {}),
    });
    const body = (await response.json()) as { error?: { code: string } };
    return [response.status, body.error?.code];
  };
  expect(await api("DELETE", "/admin")).toEqual([409, "last_admin"]);
  expect(await api("PUT", "/admin/role", { role: "viewer" })).toEqual([409, "last_admin"]);
  expect(await api("PUT", "/admin/role", { role: "admin" })).toEqual([200, undefined]);
  expect((await user("add", "anna", "--role", "viewer")).code).toBe(0);
  expect(await api("DELETE", "/admin"), "a viewer is no second admin").toEqual([409, "last_admin"]);
  expect(await api("PUT", "/anna/role", { role: "admin" })).toEqual([200, undefined]);
  expect(await api("PUT", "/admin/role", { role: "viewer" })).toEqual([200, undefined]);
  expect(await api("DELETE", "/anna")).toEqual([409, "last_admin"]);
  expect((await user("remove", "anna")).code).toBe(2);
  expect((await user("remove", "admin")).code).toBe(0);
  await server.stop();
});
