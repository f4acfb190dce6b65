// HTTP requests as a program makes them. Every response is held against openapi.json and the promised headers.
import { request } from "node:http";
import { expect } from "vitest";
import { hold_response } from "./contract.ts";
import type { Server } from "./server.ts";
import { within } from "./time.ts";

export interface HttpAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  bytes: Buffer;
  text: string;
}

export interface HttpOptions {
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** Sent as JSON, with the Content-Type. */
  json?: unknown;
  token?: string;
}

const promised: Record<string, string | RegExp> = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "content-security-policy": /^default-src 'none'; script-src 'self'; .*frame-ancestors '(?:self|none)'/,
};

/** What every response has, whatever it answers, and what it never has: a hint at what serves it. */
export function expect_promised_headers(headers: HttpAnswer["headers"]): void {
  for (const [name, value] of Object.entries(promised)) expect(headers[name], name).toMatch(value);
  const policy = String(headers["content-security-policy"]);
  for (const hole of ["unsafe", "http:", "https:", "*"]) expect(policy).not.toContain(hole);
  expect(headers["x-powered-by"]).toBeUndefined();
}

export async function call(
  server: Server,
  method: string,
  path: string,
  options: HttpOptions = {},
): Promise<HttpAnswer> {
  const { token, json } = options;
  const body = json === undefined ? options.body : JSON.stringify(json);
  const headers: Record<string, string> = { ...options.headers };
  if (token !== undefined) headers["Authorization"] = `Bearer ${token}`;
  if (json !== undefined) headers["Content-Type"] ??= "application/json";
  if (body !== undefined) headers["Content-Length"] ??= String(Buffer.byteLength(body));
  const answer = await within(
    `${method} ${path}`,
    new Promise<HttpAnswer>((resolve, reject) => {
      const sent = request(
        { host: "127.0.0.1", port: server.port, method, path, headers, agent: false },
        (response) => {
          const parts: Buffer[] = [];
          response.on("data", (part: Buffer) => parts.push(part));
          response.on("error", reject);
          response.on("end", () => {
            const bytes = Buffer.concat(parts);
            resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes, text: bytes.toString() });
          });
        },
      );
      sent.on("error", reject);
      sent.end(body);
    }),
  );
  expect_promised_headers(answer.headers);
  hold_response(method, path, answer);
  return answer;
}

/** The code of an error response. */
export function error_code(answer: HttpAnswer): string {
  return (JSON.parse(answer.text) as { error: { code: string } }).error.code;
}
