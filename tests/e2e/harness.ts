// Starts the real program on a folder of its own and drives a real browser against it.
// ADVISOR_BINARY names the program; without it, the tests are skipped by name and say why.
import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterEach, describe, expect } from "vitest";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const binary = process.env.ADVISOR_BINARY ?? "";
const chromium_path = process.env.ADVISOR_CHROMIUM ?? "/usr/bin/chromium";
const missing = !existsSync(binary)
  ? "ADVISOR_BINARY does not name a program"
  : !existsSync(chromium_path)
    ? "there is no Chromium"
    : "";

/** The pages of the running test. */
const opened: { page: Page; log: string[]; complaints: string[] }[] = [];

/**
 * A group of browser tests; skipped, with the reason in its name, where they cannot run.
 * A browser on a busy machine fails now and then for no reason of ours: a test that fails is tried once more. What its pages
 * did is printed, and the summary names a test that passed only then, so that a rare fault of ours is not lost.
 */
export function browser_tests(name: string, tests: () => void): void {
  if (missing) {
    describe.skip(`${name} (skipped: ${missing})`, tests);
    return;
  }
  describe(name, { retry: 1 }, () => {
    afterEach(async ({ task }) => {
      for (const { page, log, complaints } of opened.splice(0)) {
        if (task.result?.state !== "fail") continue;
        const text = await page.locator("body").innerText({ timeout: 2000 }).catch(String);
        console.log([`The page ${page.url()} when "${task.name}" failed:`, ...log, ...complaints, text.slice(0, 1000)].join("\n  "));
        await page.context().close().catch(() => {});
      }
      if (task.result?.state === "pass" && task.result.retryCount) (task.meta as { reason?: string }).reason = "on the second try";
    });
    tests();
  });
}

const start_limit_ms = 20_000;

/** One running program. It can be killed and started again on the same data and port. */
export class Server {
  private process: ChildProcess | null = null;
  readonly folder = mkdtempSync(join(tmpdir(), "advisor-e2e-"));

  private constructor(readonly port: number, private readonly scripts: string | null) {}

  /** `script` is a file below `scripts/`; null serves the program's own scripts. */
  static async start(script: string | null = "tour.json"): Promise<Server> {
    const port = await free_port();
    const server = new Server(port, script);
    if (script) {
      mkdirSync(join(server.folder, "scripts"));
      copyFileSync(here(`scripts/${script}`), join(server.folder, "scripts", script));
    }
    await server.run();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async run(): Promise<void> {
    const options = ["serve", "--port", String(this.port), "--data", join(this.folder, "data")];
    if (this.scripts) options.push("--scripts", join(this.folder, "scripts"), "--default-script", this.scripts.replace(".json", ""));
    const child = spawn(binary, options, { stdio: ["ignore", "pipe", "pipe"] });
    this.process = child;
    let problem = "";
    child.stderr.on("data", (text: Buffer) => {
      problem += text.toString();
    });
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`the program did not start in time: ${problem}`)), start_limit_ms);
      child.once("exit", (code) => reject(new Error(`the program ended with ${code}: ${problem}`)));
      createInterface({ input: child.stdout }).on("line", (line) => {
        if (!line.startsWith("listening on http://")) return;
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Ends the program: "SIGKILL" in the middle of whatever it does, "SIGTERM" in its own time. */
  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.process;
    this.process = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await ended;
  }

  async close(): Promise<void> {
    await this.end("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A port that was free a moment ago, so that a program can come back on it. */
function free_port(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port"))));
    });
  });
}

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromium_path,
    args: [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync",
    ],
  });
}

/** What a page must not have: messages on the console, and breaches of its own content security policy. */
export interface Complaints {
  list: string[];
  /** The connection was cut on purpose, and the browser says so on the console. */
  forgive_network: () => void;
}

export async function open_page(
  browser: Browser | BrowserContext, url: string, options: BrowserContextOptions = {},
): Promise<{ page: Page; context: BrowserContext; complaints: Complaints }> {
  const context = "newContext" in browser ? await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options }) : browser;
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const complaints = { list: [] as string[], forgive_network: () => {} };
  let network_forgiven = false;
  complaints.forgive_network = () => {
    network_forgiven = true;
  };
  page.on("console", (message) => {
    if (message.type() !== "error" && message.type() !== "warning") return;
    if (network_forgiven && /WebSocket connection|ERR_CONNECTION|Failed to load resource/.test(message.text())) return;
    complaints.list.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.list.push(`error: ${error.message}`));
  await page.exposeFunction("report_breach", (text: string) => complaints.list.push(`policy: ${text}`));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      const report = (window as unknown as { report_breach: (text: string) => void }).report_breach;
      report(`${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  opened.push({ page, log: record(page), complaints: complaints.list });
  await page.goto(url);
  return { page, context, complaints };
}

/** What the page sends and gets, with times: printed for a test that fails, as a rare failure cannot be asked again. */
function record(page: Page): string[] {
  const started = Date.now();
  const log: string[] = [];
  const note = (text: string): void => {
    log.push(`${Date.now() - started} ms: ${text.slice(0, 160)}`);
  };
  page.on("request", (request) => note(`asks for ${request.url()}`));
  page.on("requestfinished", (request) => note(`has ${request.url()}`));
  page.on("requestfailed", (request) => note(`failed on ${request.url()}: ${request.failure()?.errorText}`));
  page.on("framenavigated", (frame) => note(`is at ${frame.url()}`));
  page.on("websocket", (socket) => {
    note("opens a WebSocket");
    socket.on("framesent", ({ payload }) => note(`sends ${payload.toString()}`));
    socket.on("framereceived", ({ payload }) => note(`gets ${payload.toString()}`));
    socket.on("socketerror", (error) => note(`WebSocket error: ${error}`));
    socket.on("close", () => note("WebSocket closed"));
  });
  return log;
}

const axe_source = readFileSync(here("../../web/node_modules/axe-core/axe.min.js"), "utf8");

/** Asserts that axe finds nothing to object to in the page as it is now. */
export async function expect_accessible(page: Page): Promise<void> {
  // Colours are judged when nothing is fading in any more.
  await page.evaluate(() => Promise.all(document.getAnimations().filter((animation) => animation.effect?.getTiming().iterations !== Infinity).map(({ finished }) => finished.catch(() => null))));
  await page.evaluate(axe_source);
  const violations = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run: (options: object) => Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }> } };
    const result = await axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] });
    return result.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary ?? ""}`).join(" | ")}`);
  });
  expect(violations).toEqual([]);
}

export interface StoredMessage {
  text: string;
  from: "user" | "advisor";
  seq: number;
  question?: string;
  active?: boolean;
}

export interface StoredTalk {
  seq: number;
  messages: StoredMessage[];
  answers: Record<string, unknown>;
  question: { id: string } | null;
  recommendation: { outcome: string; report: string; options: { id: string; points: number }[] } | null;
}

/** What the server has stored of the page's conversation, over plain HTTP. */
export async function stored_talk(page: Page, server: Server): Promise<StoredTalk> {
  const session = await session_of(page);
  const response = await fetch(`${server.url}/api/v1/sessions/${session.id}`, { headers: { Authorization: `Bearer ${session.token}` } });
  expect(response.status).toBe(200);
  return (await response.json()) as StoredTalk;
}

export function session_of(page: Page): Promise<{ id: string; token: string }> {
  return page.evaluate(() => JSON.parse(localStorage.getItem("advisor.session.") ?? "{}").session as { id: string; token: string });
}

/** The user's words in a stored talk, in order. */
export function user_words(talk: StoredTalk): string[] {
  return talk.messages.filter(({ from }) => from === "user").map(({ text }) => text);
}
