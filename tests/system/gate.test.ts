// Request heads that two programs could read differently: refused, the connection closed, and never read as a second request.
// Every refused request has a complete /healthz request behind it, which must not be answered.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expect_promised_headers } from "./support/http.ts";
import { exchange, RawConnection } from "./support/raw.ts";
import { Server } from "./support/server.ts";

let server: Server;
beforeAll(async () => void (server = await Server.kinds()));
afterAll(async () => void (await server.stop()));

const host = "Host: x\r\n";
const smuggled = `GET /healthz HTTP/1.1\r\n${host}\r\n`;
const last = `GET /healthz HTTP/1.1\r\n${host}Connection: close\r\n\r\n`;
const post = (lines: string, body: string) =>
  `POST /api/v1/sessions HTTP/1.1\r\n${host}Content-Type: application/json\r\n${lines}\r\n${body}`;
const get = (lines: string, target = "/healthz", version = "HTTP/1.1") => `GET ${target} ${version}\r\n${lines}\r\n`;
const json = '{"id":"g"}';
const chunked = `a\r\n${json}\r\n0\r\n\r\n`;

async function expect_refused(request: string, status: number): Promise<void> {
  const { responses, closed } = await exchange(server.port, request + smuggled);
  expect(responses.map((response) => response.status)).toEqual([status]);
  expect(closed).toBe(true);
  expect(responses[0]?.headers["connection"]).toBe("close");
  expect(responses[0]?.body).toMatch(/^\{"error":\{"code":"\w+","message":".+"\}\}$/);
  expect_promised_headers(responses[0]?.headers ?? {});
}

describe("where the body ends", () => {
  test.each([
    ["Content-Length and Transfer-Encoding", post("Content-Length: 10\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")],
    ["Transfer-Encoding and Content-Length", post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", chunked)],
    ["an unknown Transfer-Encoding", post("Transfer-Encoding: xchunked\r\n", chunked)],
    ["a list of Transfer-Encodings", post("Transfer-Encoding: gzip, chunked\r\n", chunked)],
    ["chunked and identity", post("Transfer-Encoding: chunked, identity\r\n", chunked)],
    ["Transfer-Encoding: identity", post("Transfer-Encoding: identity\r\nContent-Length: 10\r\n", json)],
    ["Transfer-Encoding with a parameter", post("Transfer-Encoding: chunked;x=1\r\n", chunked)],
    ["Transfer-Encoding in quotes", post('Transfer-Encoding: "chunked"\r\n', chunked)],
    ["Transfer-Encoding with a vertical tab", post("Transfer-Encoding: \u000bchunked\r\n", chunked)],
    ["an empty Transfer-Encoding", post("Transfer-Encoding:\r\n", chunked)],
    ["two Transfer-Encodings", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", chunked)],
    ["Transfer-Encoding in HTTP/1.0", post("Transfer-Encoding: chunked\r\n", chunked).replace("HTTP/1.1", "HTTP/1.0")],
    ["Transfer-Encoding with a space before its colon", post("Transfer-Encoding : chunked\r\n", chunked)],
    ["Transfer-Encoding on a folded line", post("Transfer-Encoding:\r\n chunked\r\n", chunked)],
    ["two Content-Lengths that differ", post("Content-Length: 10\r\nContent-Length: 0\r\n", json)],
    ["two Content-Lengths that agree", post("Content-Length: 10\r\nContent-Length: 10\r\n", json)],
    ["a list of Content-Lengths", post("Content-Length: 10, 10\r\n", json)],
    ["Content-Length with a sign", post("Content-Length: +10\r\n", json)],
    ["a negative Content-Length", post("Content-Length: -10\r\n", json)],
    ["a hexadecimal Content-Length", post("Content-Length: 0xa\r\n", json)],
    ["Content-Length as a fraction", post("Content-Length: 10.0\r\n", json)],
    ["an empty Content-Length", post("Content-Length:\r\n", json)],
    ["Content-Length with something behind it", post("Content-Length: 10 0\r\n", json)],
    ["a Content-Length beyond 64 bits", post("Content-Length: 18446744073709551626\r\n", json)],
    ["a chunk size that is no number", post("Transfer-Encoding: chunked\r\n", `x\r\n${json}\r\n0\r\n\r\n`)],
    ["a chunk size with a sign", post("Transfer-Encoding: chunked\r\n", `+a\r\n${json}\r\n0\r\n\r\n`)],
    [
      "a chunk size beyond 64 bits",
      post("Transfer-Encoding: chunked\r\n", `1000000000000000a\r\n${json}\r\n0\r\n\r\n`),
    ],
    ["a chunk longer than its size", post("Transfer-Encoding: chunked\r\n", `9\r\n${json}\r\n0\r\n\r\n`)],
    ["a chunk that ends in a bare LF", post("Transfer-Encoding: chunked\r\n", `a\n${json}\n0\n\n`)],
    [
      "Content-Length among the trailers",
      post("Transfer-Encoding: chunked\r\n", `a\r\n${json}\r\n0\r\nContent-Length: 5\r\n\r\n`),
    ],
  ])("%s", async (_, request) => {
    await expect_refused(request, 400);
  });

  test.each([
    ["a Content-Length far beyond the limit", post("Content-Length: 999999999999999999\r\n", json)],
    ["a chunk far beyond the limit", post("Transfer-Encoding: chunked\r\n", "fffffffffffffff0\r\n")],
  ])("%s", async (_, request) => {
    await expect_refused(request, 413);
  });
});

describe("the head", () => {
  test.each([
    ["no Host", get("")],
    ["two Hosts", get(`${host}${host}`)],
    ["two Hosts that differ", get(`${host}Host: y\r\n`)],
    ["an empty Host", get("Host:\r\n")],
    ["Host with a space before its colon", get("Host : x\r\n")],
    ["a folded line", get(`${host}X: a\r\n b\r\n`)],
    ["a folded line with a tab", get(`${host}X: a\r\n\tb\r\n`)],
    ["a folded first line", get(` X: a\r\n${host}`)],
    ["bare LF everywhere", get(`${host}`).replaceAll("\r\n", "\n")],
    ["bare LF on one line", get("Host: x\nX: y\r\n")],
    ["a bare LF at the end", get(host).replace(/\r\n$/, "\n")],
    ["a bare CR", get("Host: x\rX: y\r\n")],
    ["NUL in a value", get(`${host}X: a\0b\r\n`)],
    ["NUL in a name", get(`${host}X\0: a\r\n`)],
    ["an escape in a value", get(`${host}X: \u001b[31m\r\n`)],
    ["a line without a colon", get(`${host}nothing\r\n`)],
    ["a line without a name", get(`${host}: a\r\n`)],
    ["a name with a bracket", get(`${host}X(): a\r\n`)],
    ["NUL in the target", get(host, "/healthz\0")],
    ["a space in the target", get(host, "/health z")],
    ["a fragment in the target", get(host, "/healthz#a")],
    ["bytes beyond ASCII in the target", get(host, "/ä")],
    ["a whole address as the target", get(host, "http://x/healthz")],
    ["an asterisk", get(host, "*")],
    ["an empty target", get(host, "")],
    ["two spaces", get(host, " /healthz")],
    ["tabs in place of spaces", `GET\t/healthz\tHTTP/1.1\r\n${host}\r\n`],
    ["a method that is no word", `G(T /healthz HTTP/1.1\r\n${host}\r\n`],
    ["no request line", `\r\n${get(host)}`],
    ["the greeting of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    ["the greeting of TLS", "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003\r\n\r\n"],
  ])("%s", async (_, request) => {
    await expect_refused(request, 400);
  });

  test.each(["HTTP/0.9", "HTTP/1.2", "HTTP/2.0", "HTTP/1.10", "HTTP/01.1", "http/1.1", "HTTPS/1.1"])(
    "%s is another version",
    async (version) => {
      await expect_refused(get(host, "/healthz", version), 505);
    },
  );
});

/** A whole request whose head has so many bytes, or so many lines. */
const sized = (size: number) => {
  const start = `GET /healthz HTTP/1.1\r\n${host}Connection: close\r\nX: `;
  return `${start}${"x".repeat(size - start.length - 4)}\r\n\r\n`;
};
const lined = (count: number) =>
  get(`${host}Connection: close\r\n${Array.from({ length: count - 2 }, (_, index) => `X${index}: a\r\n`).join("")}`);

describe("the limits of the head", () => {
  test.each([8191, 8192])("%i bytes are taken", async (size) => {
    expect(sized(size)).toHaveLength(size);
    expect((await exchange(server.port, sized(size))).responses.map((response) => response.status)).toEqual([200]);
  });

  test.each([8193, 100_000])("%i bytes are refused", async (size) => {
    await expect_refused(sized(size), 431);
  });

  test("also before they have all come", async () => {
    await expect_refused(`GET /${"a".repeat(20_000)}`, 431);
  });

  test("64 lines are taken", async () => {
    expect((await exchange(server.port, lined(64))).responses.map((response) => response.status)).toEqual([200]);
  });

  test.each([65, 66, 1000])("%i lines are refused", async (count) => {
    await expect_refused(lined(count), 431);
  });
});

describe("what is taken is answered once:", () => {
  test.each([
    ["two requests in one go", smuggled, [200]],
    ["a body with its length", post("Content-Length: 10\r\n", json), [201]],
    ["a length with blanks around it", post("Content-Length: \t10 \r\n", json), [201]],
    [
      "a body in chunks",
      post("Transfer-Encoding: chunked\r\n", `5;note=1\r\n{"id"\r\n5\r\n:"g"}\r\n0\r\nTrailer: x\r\n\r\n`),
      [201],
    ],
    ["CHUNKED", post("Transfer-Encoding: CHUNKED\r\n", chunked), [201]],
    ["a body that looks like a request", post(`Content-Length: ${smuggled.length}\r\n`, smuggled), [400]],
    ["a GET with a body", get(`${host}Content-Length: ${smuggled.length}\r\n`) + smuggled, [200]],
    ["a refused method with a body", post("Content-Length: 10\r\n", json).replace("POST", "PUT"), [405]],
    ["an upgrade to something else", get(`${host}Upgrade: h2c\r\nConnection: Upgrade\r\n`), [200]],
    ["bytes beyond ASCII in a value", get(`${host}X: \xff\r\n`), [200]],
  ])("%s", async (_, request, statuses) => {
    const { responses } = await exchange(server.port, request + last);
    expect(responses.map((response) => response.status)).toEqual([...statuses, 200]);
    expect(responses.at(-1)?.body).toBe('{"status":"ok"}');
  });

  test("300 requests in one go get their answers in order", async () => {
    const paths = Array.from({ length: 300 }, (_, index) => (index % 3 === 0 ? "/nope" : "/healthz"));
    const { responses } = await exchange(server.port, paths.map((path) => get(host, path)).join("") + last);
    expect(responses.map((response) => response.status)).toEqual([
      ...paths.map((path) => (path === "/nope" ? 404 : 200)),
      200,
    ]);
  });

  test("one byte at a time", async () => {
    const connection = await RawConnection.open(server.port);
    for (const byte of post("Transfer-Encoding: chunked\r\n", chunked) + last) connection.send(byte);
    await connection.until_closed();
    expect(connection.received.toString("latin1").match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 201", "HTTP/1.1 200"]);
    connection.close();
  });

  test("HTTP/1.0 needs no Host, and its connection is closed", async () => {
    const { responses, closed } = await exchange(server.port, "GET /healthz HTTP/1.0\r\n\r\n");
    expect([responses.map((response) => response.status), closed]).toEqual([[200], true]);
  });

  test("who asks for a go-ahead gets one before the body", async () => {
    const connection = await RawConnection.open(server.port);
    connection.send(post("Content-Length: 10\r\nExpect: 100-continue\r\nConnection: close\r\n", ""));
    await connection.until("the go-ahead", () => connection.received.includes("\r\n\r\n"));
    expect(connection.received.toString("latin1")).toBe("HTTP/1.1 100 Continue\r\n\r\n");
    connection.send(json);
    await connection.until_closed();
    expect(connection.received.toString("latin1")).toContain("HTTP/1.1 201 ");
    connection.close();
  });
});
