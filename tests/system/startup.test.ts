// What keeps the server from starting: exit code 2, nothing on standard output, one line on standard error that says what to do.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { call } from "./support/http.ts";
import { run, Server, temporary_folder, test_scripts } from "./support/server.ts";
import { Talker } from "./support/talker.ts";

const folder = temporary_folder();
afterAll(folder.remove);

let count = 0;
/** A path for a data folder that is not there yet. */
const new_path = () => join(folder.path, `data-${(count += 1)}`);

async function expect_refused(words: string[], says: RegExp, environment: Record<string, string> = {}): Promise<void> {
  const { code, out, err } = await run(words, { environment, folder: folder.path });
  expect(out).toBe("");
  expect(err).toMatch(/^advisor: [^\n]+\n$/);
  expect(err).toMatch(says);
  expect(code).toBe(2);
}

describe("a wrong command line", () => {
  test.each([
    ["no word", [], /--help/],
    ["an unknown subcommand", ["serv"], /serv\b.*--help/],
    ["an unknown option", ["serve", "--prot", "9000"], /--prot.*advisor serve --help/],
    ["an unknown option of the program", ["--verbose"], /--verbose.*--help/],
    ["a word too many", ["serve", "now"], /now.*--help/],
    ["a port that is none", ["serve", "--port", "eighty"], /--port.*eighty/],
    ["a port too large", ["serve", "--port", "65536"], /--port.*65536/],
    ["a negative port", ["serve", "--port", "-1"], /--port/],
    ["a port without its number", ["serve", "--port"], /--port/],
    ["no threads", ["serve", "--threads", "0"], /--threads.*1.*64/],
    ["too many threads", ["serve", "--threads", "65"], /--threads.*1.*64/],
    ["no connections", ["serve", "--max-connections", "0"], /--max-connections/],
    ["an idle timeout too short", ["serve", "--idle-timeout", "1"], /--idle-timeout.*2/],
    ["an unknown log level", ["serve", "--log-level", "loud"], /--log-level.*loud.*warning/],
    ["an origin with a path", ["serve", "--origin", "https://a.example/"], /--origin.*no path/],
    ["an origin without a scheme", ["serve", "--origin", "a.example"], /--origin.*https:/],
    ["a host that is no address", ["serve", "--host", "nowhere.example"], /--host.*nowhere\.example.*127\.0\.0\.1/],
    ["an address that is not ours", ["serve", "--host", "192.0.2.1", "--port", "0"], /192\.0\.2\.1/],
    ["a scripts folder that is not there", ["serve", "--scripts", "nowhere"], /--scripts.*nowhere/],
    ["a configuration that is not there", ["serve", "--config", "nowhere"], /--config.*nowhere/],
    [
      "a default script that is not there",
      ["serve", "--port", "0", "--default-script", "nope"],
      /"nope".*--default-script/,
    ],
    ["check without a file", ["check"], /advisor check --help/],
    ["show without a session", ["show"], /advisor show --help/],
    ["a limit of none", ["sessions", "--limit", "0"], /--limit/],
  ])("%s", async (_, words, says) => {
    await expect_refused(words, says);
  });

  test("a wrong environment variable", async () => {
    await expect_refused(["serve"], /port.*x/i, { ADVISOR_PORT: "x" });
    await expect_refused(["serve"], /config.*nowhere/i, { ADVISOR_CONFIG: "nowhere" });
  });
});

const serve = (data: string) => ["serve", "--port", "0", "--data", data];

describe("a data folder", () => {
  test("with a file in its place", async () => {
    const path = new_path();
    writeFileSync(path, "here I am");
    await expect_refused(serve(path), /cannot be made.*--data/);
    await expect_refused(serve(join(path, "deeper")), /cannot be made.*--data/);
    expect(readFileSync(path, "utf8")).toBe("here I am");
  });

  test("with a folder in the place of the database", async () => {
    const path = new_path();
    mkdirSync(join(path, "advisor.db"), { recursive: true });
    await expect_refused(serve(path), /advisor\.db.*--data/);
  });

  // Whoever may write anywhere is not kept out by permissions.
  test.skipIf(process.getuid?.() === 0)("that cannot be written", async () => {
    const path = new_path();
    mkdirSync(path);
    chmodSync(path, 0o500);
    await expect_refused(serve(path), /cannot.*--data/);
  });

  test.each(["/proc/advisor", "/dev/null/advisor", ""])("that cannot be: %j", async (path) => {
    await expect_refused(serve(path), /--data/);
  });

  test("that another server has", async () => {
    const path = new_path();
    const server = await Server.kinds({ data: path });
    await expect_refused(serve(path), /another advisor.*--data/);
    expect((await call(server, "GET", "/readyz")).status, "and that one goes on").toBe(200);
    await server.stop();
    const next = await Server.kinds({ data: path });
    expect(await next.stop(), "free again").toBe(0);
  });

  test("that a killed server had is free", async () => {
    const path = new_path();
    await (await Server.kinds({ data: path })).kill();
    const server = await Server.kinds({ data: path });
    expect(await server.stop()).toBe(0);
  });

  const { DatabaseSync } = process.getBuiltinModule("node:sqlite");

  test("with somebody else's database, which stays as it is", async () => {
    const path = new_path();
    mkdirSync(path);
    const file = join(path, "advisor.db");
    const database = new DatabaseSync(file);
    database.exec("CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)");
    database.close();
    const before = readFileSync(file);
    await expect_refused(serve(path), /not an advisor database.*--data/);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test.each([
    ["a text", Buffer.from("This is no database.\n".repeat(500))],
    ["zeros", Buffer.alloc(8192)],
    ["the beginning of one", Buffer.from("SQLite format 3\0")],
  ])("with %s in the place of the database, which stays as it is", async (_, content) => {
    const path = new_path();
    mkdirSync(path);
    const file = join(path, "advisor.db");
    writeFileSync(file, content);
    await expect_refused(serve(path), /advisor\.db.*--data/);
    expect(readFileSync(file).equals(content)).toBe(true);
  });

  test("with the database of a newer version, which stays as it is", async () => {
    const path = new_path();
    await (await Server.kinds({ data: path })).stop();
    const file = join(path, "advisor.db");
    const database = new DatabaseSync(file);
    const { user_version } = database.prepare("PRAGMA user_version").get() as { user_version: number };
    database.exec(`PRAGMA user_version = ${user_version + 1}`);
    database.close();
    const before = readFileSync(file);
    await expect_refused(serve(path), /newer advisor.*--data/);
    for (const words of [["sessions"], ["show", "x"]])
      await expect_refused([...words, "--data", path], /newer advisor/);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test("is for its owner alone", async () => {
    const path = new_path();
    await (await Server.kinds({ data: path })).stop();
    const { statSync } = process.getBuiltinModule("node:fs");
    expect(statSync(path).mode & 0o077).toBe(0);
    expect(statSync(join(path, "advisor.db")).mode & 0o077).toBe(0);
  });
});

describe.each([1, 2])("a port that is taken, with %i I/O threads", (threads) => {
  const serve_at = (port: number) => [
    "serve",
    "--port",
    String(port),
    "--threads",
    String(threads),
    "--data",
    new_path(),
  ];

  test("by something else", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as { port: number };
    await expect_refused(serve_at(port), new RegExp(`port ${port}.*--port`));
    await new Promise((resolve) => other.close(resolve));
  });

  test("by another advisor with as many threads", async () => {
    const server = await Server.kinds({ flags: ["--threads", String(threads)] });
    await expect_refused(serve_at(server.port), new RegExp(`port ${server.port}.*--port`));
    await server.stop();
  });
});

function scripts_folder(files: Record<string, string>): string {
  const path = new_path();
  mkdirSync(path);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return path;
}

/** The server refuses with the findings, then one line of its own. */
async function findings_of(files: Record<string, string>): Promise<string[]> {
  const data = new_path();
  const words = [
    "serve",
    "--port",
    "0",
    "--data",
    data,
    "--default-script",
    "kinds",
    "--scripts",
    scripts_folder(files),
  ];
  const { code, out, err } = await run(words);
  expect([code, out]).toEqual([2, ""]);
  const lines = err.trimEnd().split("\n");
  expect(lines.pop()).toMatch(/^advisor: .*scripts.*errors.*advisor check/);
  return lines;
}

describe("scripts with errors", () => {
  const good = readFileSync(join(test_scripts, "kinds.json"), "utf8");
  const wrong = good.replace('"when": "depth is flat"', '"when": "depht is flat"');
  const line = wrong.split("\n").findIndex((text) => text.includes("depht")) + 1;

  test("are refused with number, file, line and remedy, even when others are right", async () => {
    const lines = await findings_of({ "good.json": good.replace('"kinds"', '"others"'), "wrong.json": wrong });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(new RegExp(`^D014 wrong\\.json:${line} /rules/2/when: .*"depht".*did you mean "depth"`));
  });

  test.each([
    ["no JSON", "{", /^D004 wrong\.json:1/],
    ["an empty file", "", /^D\d\d\d wrong\.json/],
    ["nested too deep", `{"a":${"[".repeat(100)}${"]".repeat(100)}}`, /^D003 wrong\.json/],
    ["too large", `{"a":"${"a".repeat(1 << 20)}"}`, /^D002 wrong\.json/],
    ["the same id as another file", good, /^D031 wrong\.json.*kinds/],
  ])("%s", async (_, text, says) => {
    const lines = await findings_of({ "good.json": good, "wrong.json": text });
    expect(
      lines.some((entry) => says.test(entry)),
      lines.join("\n"),
    ).toBe(true);
  });

  test("a folder with a script's name", async () => {
    const path = scripts_folder({ "good.json": good });
    mkdirSync(join(path, "folder.json"));
    const { code, err } = await run([
      "serve",
      "--port",
      "0",
      "--data",
      new_path(),
      "--scripts",
      path,
      "--default-script",
      "kinds",
    ]);
    expect(code).toBe(2);
    expect(err).toMatch(/^D001 folder\.json/);
  });

  test("no script at all", async () => {
    const lines = await findings_of({ "note.txt": "no script", "kinds.schema.json": "{}" });
    expect(lines[0]).toMatch(/^D001 .*--scripts/);
  });
});

/** The scripts as they are told apart by their default. */
async function default_script(options: Parameters<typeof Server.start>[0]): Promise<string> {
  const server = await Server.start(options);
  try {
    return (JSON.parse((await call(server, "GET", "/api/v1/scripts")).text) as { default: string }).default;
  } finally {
    await server.stop();
  }
}

const configuration = (text: string): string => {
  const path = new_path();
  writeFileSync(path, text);
  return path;
};

describe("settings", () => {
  const sql = "sql-or-document";
  const all_scripts = ["--scripts", join(test_scripts, "../../../dialogs/scripts")];

  test("come from the flag, else the environment, else the file, else they are the default", async () => {
    const file = configuration(`default-script = "kinds"\nscripts = "${test_scripts}"\n`);
    const environment = { ADVISOR_DEFAULT_SCRIPT: sql, ADVISOR_SCRIPTS: all_scripts[1] ?? "" };
    expect(await default_script({ flags: all_scripts })).toBe("nodejs-vs-python");
    expect(await default_script({ flags: ["--config", file] })).toBe("kinds");
    expect(await default_script({ environment: { ADVISOR_CONFIG: file } })).toBe("kinds");
    expect(await default_script({ flags: ["--config", file], environment })).toBe(sql);
    const flags = ["--config", file, ...all_scripts, "--default-script", "nodejs-vs-python"];
    expect(await default_script({ flags, environment })).toBe("nodejs-vs-python");
  });

  test("from a file: numbers, lists, comments", async () => {
    const file = configuration(
      '# ours\nthreads = 2\nidle-timeout = 30\norigin = ["https://a.example", "https://b.example"]\nlog-level = "debug"\n',
    );
    const server = await Server.kinds({ flags: ["--config", file] });
    for (const origin of ["https://a.example", "https://b.example"]) {
      const answer = await call(server, "POST", "/api/v1/sessions", { headers: { Origin: origin }, json: { id: "x" } });
      expect(answer.status, origin).toBe(201);
    }
    await server.stop();
  });

  test.each([
    ["a wrong value", "port = 99999\n", /port.*99999/],
    ["an unknown name", "prot = 1\n", /prot/],
    ["a value that is not allowed", "threads = 0\n", /threads/],
  ])("from a file with %s are refused", async (_, text, says) => {
    await expect_refused(["serve", "--data", new_path(), "--config", configuration(text)], says);
  });

  test("the log is JSON, one object a line, and never has what people type or their tokens", async () => {
    const server = await Server.kinds({ flags: ["--log-level", "debug"] });
    const talker = await Talker.start(server, { locale: "x-canary" });
    await talker.request({ type: "say", text: 'canary-in-a-text\n{"level":"forged"}' });
    await talker.refusal({ type: "answer", question: "canary-in-a-question", value: "canary-in-a-value" });
    await call(server, "POST", "/api/v1/sessions", {
      headers: { Origin: "http://evil.example" },
      json: { id: "canary-in-an-id" },
    });
    await talker.close();
    await server.stop();
    for (const entry of server.log.trimEnd().split("\n"))
      expect(JSON.parse(entry)).toMatchObject({ level: expect.stringMatching(/^(debug|info|warning|error)$/) });
    expect(server.log).not.toMatch(/canary|forged/);
    expect(server.log).not.toContain(talker.token);
  });
});
