// The program under test: as a server with any flags, and as a command that ends by itself.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve as absolute } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";
import { within } from "./time.ts";

const from_root = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** Scripts made for these tests: "kinds" has one question of every kind. */
export const test_scripts = from_root("tests/system/scripts");
/** The scripts that the product comes with. */
export const product_scripts = from_root("dialogs/scripts");
export const repository_path = from_root;

/** Environment: ADVISOR_BINARY, the program to test. */
export function binary(): string {
  const path = process.env["ADVISOR_BINARY"];
  if (!path) throw new Error("set ADVISOR_BINARY to the program, for instance build/release/advisor");
  return absolute(path);
}

/** A folder that goes away with the tests of a file. */
export function temporary_folder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "advisor-system-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Servers that run. A test that fails may leave one behind, which then ends with the tests of its file. */
const running = new Set<Server>();
afterAll(async () => {
  for (const server of running) await server.kill();
});

export interface Ended {
  code: number | null;
  out: string;
  err: string;
}

/** Only what the program needs: no ADVISOR_ variable of whoever runs the tests. */
function clean_environment(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("ADVISOR_"));
  return { ...Object.fromEntries(kept), ...extra };
}

/** Runs the program to its end. One that listens instead is a failure, and is ended. */
export async function run(
  words: string[],
  {
    input = "",
    environment = {},
    folder,
  }: { input?: string; environment?: Record<string, string>; folder?: string } = {},
): Promise<Ended> {
  const child = spawn(binary(), words, { env: clean_environment(environment), cwd: folder });
  const ended: Ended = { code: null, out: "", err: "" };
  child.stdout.on("data", (chunk: Buffer) => {
    ended.out += chunk.toString();
    if (ended.out.startsWith("listening on")) child.kill("SIGKILL");
  });
  child.stderr.on("data", (chunk: Buffer) => (ended.err += chunk.toString()));
  child.stdin.on("error", () => {}); // it may end before it has read everything
  child.stdin.end(input);
  try {
    await within(
      `advisor ${words.join(" ")}`,
      new Promise((done, reject) => child.on("error", reject).on("close", done)),
    );
  } finally {
    child.kill("SIGKILL");
  }
  ended.code = child.exitCode;
  return ended;
}

export interface ServerOptions {
  /** A folder to keep; without it the server has one of its own, which goes when it stops. */
  data?: string;
  flags?: string[];
  environment?: Record<string, string>;
  folder?: string;
  /** A program and its words that start the server in their place, such as prlimit. */
  wrapper?: string[];
}

export class Server {
  port = 0;
  log = "";
  private readonly exited: Promise<number | null>;

  private constructor(
    private readonly child: ChildProcess,
    readonly data: string,
    private readonly clean_up: () => void,
  ) {
    child.stderr?.on("data", (chunk: Buffer) => (this.log = (this.log + chunk.toString()).slice(-20_000)));
    this.exited = new Promise((resolve) => child.on("exit", (code) => resolve(code)));
  }

  static async start({ data, flags = [], environment, folder, wrapper = [] }: ServerOptions = {}): Promise<Server> {
    const own = data === undefined ? temporary_folder() : undefined;
    const words = [...wrapper, binary(), "serve", "--data", data ?? own?.path ?? "", ...flags];
    if (!flags.includes("--port") && !environment?.["ADVISOR_PORT"]) words.push("--port", "0");
    const [program = "", ...rest] = words;
    const child = spawn(program, rest, {
      stdio: ["ignore", "pipe", "pipe"],
      env: clean_environment(environment),
      cwd: folder,
    });
    const server = new Server(child, data ?? own?.path ?? "", own?.remove ?? (() => {}));
    running.add(server);
    try {
      server.port = await within("the server's first line", server.listening());
    } catch (error) {
      child.kill("SIGKILL");
      own?.remove();
      throw error;
    }
    return server;
  }

  /** On the scripts of these tests. */
  static kinds(options: ServerOptions = {}): Promise<Server> {
    const flags = ["--scripts", test_scripts, "--default-script", "kinds", ...(options.flags ?? [])];
    return Server.start({ ...options, flags });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** The value of the Host header that a browser sends. */
  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** The exit code, once it has ended by itself or by a signal sent before. */
  async end(): Promise<number | null> {
    const code = await within("the server's end", this.exited);
    running.delete(this);
    this.clean_up();
    return code;
  }

  async stop(): Promise<number | null> {
    this.signal("SIGTERM");
    try {
      return await this.end();
    } finally {
      this.signal("SIGKILL");
    }
  }

  async kill(): Promise<void> {
    this.signal("SIGKILL");
    await this.end();
  }

  private listening(): Promise<number> {
    return new Promise((resolve, reject) => {
      let output = "";
      this.child.stdout?.on("data", (chunk: Buffer) => {
        output += chunk.toString();
        const found = /^listening on http:\/\/\S+:(\d+)\n/.exec(output);
        if (found) resolve(Number(found[1]));
      });
      this.child.on("error", reject);
      this.child.on("exit", (code, signal) =>
        reject(new Error(`ended (${signal ?? code}) before it listened: ${this.log}`)),
      );
    });
  }
}
