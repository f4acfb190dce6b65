// Pages, files, health, and what holds for every address: methods, headers, caching, and no way out of the table of files.
import { brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { call, error_code, expect_promised_headers } from "./support/http.ts";
import { exchange } from "./support/raw.ts";
import { product_scripts, Server } from "./support/server.ts";

let server: Server;
let files: string[] = [];

beforeAll(async () => {
  server = await Server.start({ flags: ["--scripts", product_scripts] });
  const page = await call(server, "GET", "/");
  files = [...page.text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map((match) => match[1] ?? "");
});
afterAll(async () => void (await server.stop()));

describe("the pages", () => {
  test.each(["/", "/r/abc"])("%s is the chat page, asked for anew each time", async (path) => {
    const answer = await call(server, "GET", path);
    expect(answer.status).toBe(200);
    expect(answer.headers["content-type"]).toMatch(/^text\/html; ?charset=utf-8$/i);
    expect(answer.headers["cache-control"]).toBe("no-cache");
    expect(answer.text).not.toMatch(/<script(?![^>]*src=)|\son\w+=|style=/i);
  });

  test("name files with a hash, which never change", async () => {
    expect(files.length).toBeGreaterThan(1);
    for (const file of files) {
      const answer = await call(server, "GET", file);
      expect(answer.status, file).toBe(200);
      expect(answer.headers["cache-control"], file).toBe("public, max-age=31536000, immutable");
      expect(answer.headers["content-type"], file).toMatch(/javascript|css|svg/);
    }
  });
});

describe("the review console", () => {
  test.each(["/review", "/review/analytics", "/review/sessions/abc"])("%s is its page, which nothing may frame", async (path) => {
    const answer = await call(server, "GET", path);
    expect(answer.status).toBe(200);
    expect(answer.headers["content-type"]).toMatch(/^text\/html; ?charset=utf-8$/i);
    expect(answer.headers["cache-control"]).toBe("no-cache");
    expect(answer.headers["content-security-policy"]).toMatch(/default-src 'none'.*script-src 'self'.*frame-ancestors 'none'/);
    expect(answer.headers["content-security-policy"]).not.toMatch(/unsafe/);
    expect(answer.text).not.toMatch(/<script(?![^>]*src=)|\son\w+=|style=/i);
  });

  test("loads at most 90 kB at first", async () => {
    const page = await call(server, "GET", "/review");
    let bytes = gzipSync(page.bytes).length;
    for (const [, path = ""] of page.text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)) bytes += gzipSync((await call(server, "GET", path)).bytes).length;
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(90_000);
  });
});

describe("what is sent again", () => {
  test("an ETag that is known gets 304 and no body", async () => {
    for (const path of ["/", ...files]) {
      const { headers } = await call(server, "GET", path);
      const etag = String(headers["etag"]);
      expect(etag).toMatch(/^"[^"]+"$/);
      const again = await call(server, "GET", path, { headers: { "If-None-Match": etag } });
      expect([again.status, again.bytes.length]).toEqual([304, 0]);
      expect(again.headers["etag"]).toBe(etag);
      const other = await call(server, "GET", path, { headers: { "If-None-Match": '"other"' } });
      expect(other.status).toBe(200);
    }
  });

  test("HEAD is GET without the body", async () => {
    for (const path of ["/", "/healthz", "/readyz", "/api/v1/scripts", ...files]) {
      const get = await call(server, "GET", path);
      const head = await call(server, "HEAD", path);
      expect([head.status, head.bytes.length]).toEqual([get.status, 0]);
      for (const name of ["content-length", "content-type", "etag", "cache-control"]) {
        expect(head.headers[name], `${path} ${name}`).toBe(get.headers[name]);
      }
    }
  });
});

describe("compression", () => {
  const cases: [string | undefined, string | undefined][] = [
    [undefined, undefined],
    ["", undefined],
    ["identity", undefined],
    ["gzip", "gzip"],
    ["br", "br"],
    ["gzip, br", "br"],
    ["br, gzip", "br"],
    ["deflate, gzip;q=1.0, *;q=0.5", "gzip"],
    ["gzip;q=0", undefined],
    ["br;q=0, gzip", "gzip"],
    ["br;q=0.0, gzip;q=0.000", undefined],
    ["br;q=0.001", "br"],
    ["brotli", undefined],
    ["xgzip, gzipx", undefined],
  ];
  test.each(cases)("Accept-Encoding: %s gets %s", async (accepted, coding) => {
    const headers: Record<string, string> = accepted === undefined ? {} : { "Accept-Encoding": accepted };
    for (const path of ["/", ...files]) {
      const plain = await call(server, "GET", path);
      const answer = await call(server, "GET", path, { headers });
      expect(answer.headers["content-encoding"], path).toBe(coding);
      expect(answer.headers["vary"]).toBe("Accept-Encoding");
      const unpack = coding === "br" ? brotliDecompressSync : coding === "gzip" ? gunzipSync : Buffer.from;
      expect(unpack(answer.bytes).equals(plain.bytes), path).toBe(true);
      if (coding) expect(answer.bytes.length).toBeLessThan(plain.bytes.length);
    }
  });
});

describe("methods", () => {
  test.each([
    ["/", "GET"],
    ["/r/abc", "GET"],
    ["/healthz", "GET"],
    ["/readyz", "GET"],
    ["/api/v1/scripts", "GET"],
    ["/api/v1/reports/abc", "GET"],
    ["/api/v1/sessions", "POST"],
    ["/api/v1/sessions/abc", "GET"],
    ["/api/v1/sessions/abc/turns", "POST"],
  ])("%s takes %s, and says so to all others", async (path, allowed) => {
    const others = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"];
    for (const method of others.filter((other) => other !== allowed)) {
      const answer = await call(server, method, path);
      expect([answer.status, answer.headers["allow"]], method).toEqual([405, allowed]);
    }
  });

  test("nothing is at other addresses", async () => {
    for (const path of [
      "/nope",
      "/api",
      "/api/v1",
      "/api/v1/",
      "/api/v1/sessions/",
      "/API/v1/scripts",
      "/healthz/",
      "/r/",
      "/r/a/b",
      "/assets/",
      "/chat.html/",
    ]) {
      const answer = await call(server, "GET", path);
      expect([answer.status, error_code(answer)], path).toEqual([404, "not_found"]);
    }
  });
});

describe("health", () => {
  test("is fine", async () => {
    expect((await call(server, "GET", "/healthz")).text).toBe('{"status":"ok"}');
    const ready = await call(server, "GET", "/readyz");
    expect(ready.text).toBe('{"status":"ready"}');
    expect(ready.headers["cache-control"]).toBe("no-store");
  });

  test("the scripts are listed, with the default one", async () => {
    const body = JSON.parse((await call(server, "GET", "/api/v1/scripts")).text) as {
      default: string;
      scripts: { id: string }[];
    };
    expect(body.default).toBe("nodejs-vs-python");
    expect(body.scripts.map((script) => script.id)).toContain("sql-or-document");
  });
});

describe("no address leads out of the table of files:", () => {
  const steps = [
    "..",
    "%2e%2e",
    "%2E%2E",
    ".%2e",
    "%252e%252e",
    "%c0%ae%c0%ae",
    "..;",
    "....",
    "%uff0e%uff0e",
    "..%00",
    "..%5c..",
  ];
  const separators = ["/", "%2f", "%5c", "\\", "%252f", "//"];
  const goals = ["etc/passwd", "advisor.db", "advisor.db-wal", "server/main.cpp", "proc/self/environ"];
  const paths = steps.flatMap((step) =>
    separators.flatMap((separator) =>
      goals.flatMap((goal) =>
        ["/", "/assets/", "/api/v1/reports/"].map((root) => `${root}${`${step}${separator}`.repeat(6)}${goal}`),
      ),
    ),
  );
  const odd = [
    "//etc/passwd",
    "//example.org/",
    "///",
    "/%2fetc/passwd",
    "/\\example.org",
    "/.git/config",
    "/.env",
    "/%00",
    "/assets/%00",
    "/a%0d%0aSet-Cookie:x",
    "/%",
    "/%zz",
    "/./",
    "/assets/./",
    "/~root/",
  ];

  test(`${paths.length + odd.length} paths get 400 or 404, and never a redirect`, async () => {
    for (const path of [...paths, ...odd]) {
      const request = `GET ${path} HTTP/1.1\r\nHost: ${server.host}\r\nConnection: close\r\n\r\n`;
      const { responses } = await exchange(server.port, request);
      expect(responses, path).toHaveLength(1);
      expect([400, 404], path).toContain(responses[0]?.status);
      expect(responses[0]?.headers["location"], path).toBeUndefined();
      expect(responses[0]?.body, path).toMatch(/^\{"error":\{"code":"(not_found|bad_request)"/);
      expect_promised_headers(responses[0]?.headers ?? {});
    }
  });

  test("a path that is only written otherwise is the same path", async () => {
    const { responses } = await exchange(server.port, `GET /%68ealthz HTTP/1.1\r\nHost: ${server.host}\r\n\r\n`, 1);
    expect(responses[0]?.body).toBe('{"status":"ok"}');
  });
});
