// Chat tools at the doors of the program: hooks as "advisor hook add" makes them, and requests as they come.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository_path, run, type Server } from "./server.ts";
import { within } from "./time.ts";

export interface Posted {
  status: number;
  type: string;
  text: string;
  // Of many shapes; each test says which.
  // oxlint-disable-next-line no-explicit-any
  json: any;
}

/** Adds a hook beside a running server; returns its path. The last line that the command prints is its address. */
export async function add_hook(
  server: Server,
  platform: string,
  secret: string,
  { options = {}, shared = false }: { options?: Record<string, string>; shared?: boolean } = {},
): Promise<string> {
  const words = ["hook", "add", platform, "--secret-file", "-", "--data", server.data];
  words.push("--public-url", "https://advisor.example.org");
  if (shared) words.push("--shared");
  for (const [name, value] of Object.entries(options)) words.push("--option", `${name}=${value}`);
  const { code, out, err } = await run(words, { input: `${secret}\n` });
  if (code !== 0) throw new Error(`hook add ${platform}: ${code} ${err}`);
  const address = new URL(out.trim().split("\n").at(-1) ?? "");
  if (address.origin !== "https://advisor.example.org") throw new Error(`another address: ${out}`);
  if (out.includes(secret)) throw new Error("the secret is shown");
  return address.pathname;
}

/** Posts exactly these bytes. */
export async function post(
  server: Server,
  path: string,
  body: string | Buffer,
  headers: Record<string, string | string[]>,
): Promise<Posted> {
  return await within(
    `POST ${path}`,
    new Promise<Posted>((resolve, reject) => {
      const length = { "Content-Length": String(Buffer.byteLength(body)) };
      const options = { host: "127.0.0.1", port: server.port, method: "POST", path, agent: false };
      const sent = request({ ...options, headers: { ...length, ...headers } }, (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("error", reject);
        response.on("end", () => {
          const text = Buffer.concat(parts).toString();
          const type = response.headers["content-type"] ?? "";
          const json: unknown = type.startsWith("application/json") && text !== "" ? JSON.parse(text) : undefined;
          resolve({ status: response.statusCode ?? 0, type, text, json });
        });
      });
      sent.on("error", reject);
      sent.end(body);
    }),
  );
}

/** How many sessions there are. */
export async function session_count(server: Server): Promise<number> {
  const { out } = await run(["sessions", "--data", server.data, "--json", "--limit", "1000"]);
  return (JSON.parse(out) as unknown[]).length;
}

/** The complaints of `tsc --strict` about values as constants of a vendor's type. */
export function type_errors(imports: string, type: string, values: unknown[]): string {
  const folder = mkdtempSync(join(tmpdir(), "advisor-types-"));
  const modules = repository_path("web/node_modules");
  try {
    const lines = values.map((value, index) => `export const v${index}: ${type} = ${JSON.stringify(value)};`);
    writeFileSync(join(folder, "values.ts"), `${imports}\n${lines.join("\n")}\n`);
    const compilerOptions = {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      module: "esnext",
      moduleResolution: "bundler",
      target: "es2023",
      types: [],
      typeRoots: [`${modules}/@types`],
      paths: { "*": [`${modules}/*`, `${modules}/@types/*`] },
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["values.ts"] }));
    execFileSync(process.execPath, [`${modules}/typescript/bin/tsc`, "-p", folder], { encoding: "utf8" });
    return "";
  } catch (error) {
    return (error as { stdout?: string }).stdout ?? String(error);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
