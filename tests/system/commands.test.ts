// The subcommands besides serve: what they print, where, and their exit codes.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { product_scripts, run, Server, temporary_folder, test_scripts } from "./support/server.ts";
import { Talker } from "./support/talker.ts";

const folder = temporary_folder();
const kinds = join(test_scripts, "kinds.json");
afterAll(folder.remove);

describe("help", () => {
  test.each(["serve", "check", "play", "sessions", "show", "version"])(
    "of %s has examples that name it",
    async (name) => {
      const { code, out, err } = await run([name, "--help"]);
      expect([code, err]).toEqual([0, ""]);
      const examples = out.split(/^Examples:$/m)[1] ?? "";
      expect(examples).toContain(`advisor ${name}`);
      // The examples use only options that there are.
      for (const [flag] of examples.matchAll(/--[a-z-]+/g)) expect(out.split("Examples:")[0]).toContain(flag);
    },
  );

  test("of the program names every subcommand", async () => {
    const { code, out } = await run(["--help"]);
    expect(code).toBe(0);
    for (const name of ["serve", "check", "play", "sessions", "show", "version"])
      expect(out).toMatch(new RegExp(`^ +${name} `, "m"));
  });

  test("of serve names every setting, with its environment variable", async () => {
    const { out } = await run(["serve", "--help"]);
    for (const name of [
      "host",
      "port",
      "data",
      "scripts",
      "default-script",
      "origin",
      "threads",
      "max-connections",
      "idle-timeout",
      "keep-days",
      "log-level",
      "config",
    ]) {
      expect(out).toContain(`--${name} `);
      expect(out).toContain(`ADVISOR_${name.toUpperCase().replaceAll("-", "_")}`);
    }
  });

  test("version", async () => {
    const { code, out } = await run(["version"]);
    expect(code).toBe(0);
    expect(out).toMatch(/^advisor \d+\.\d+\.\d+\n$/);
  });
});

describe("check", () => {
  const wrong = join(folder.path, "wrong.json");
  writeFileSync(wrong, readFileSync(kinds, "utf8").replace("depth is flat", "depth is falt"));

  test("has nothing to say against the scripts of the product", async () => {
    const files = ["nodejs-vs-python.json", "sql-or-document.json"].map((name) => join(product_scripts, name));
    const { code, out } = await run(["check", ...files, kinds]);
    expect(code).toBe(0);
    expect(out).not.toMatch(/^D\d/m);
    for (const file of files) expect(out).toContain(`${file}: fine`);
  });

  test("prints what is wrong with number, file, line and remedy, and goes on with the other files", async () => {
    const { code, out } = await run(["check", wrong, kinds]);
    expect(code).toBe(1);
    expect(out).toMatch(/^D015 wrong\.json:\d+ \/rules\/2\/when: .*"falt".*did you mean "flat"/m);
    expect(out).toContain(`${kinds}: fine`);
  });

  test.each([join(folder.path, "nowhere.json"), folder.path])("%s cannot be read", async (path) => {
    const { code, out, err } = await run(["check", path]);
    expect(code).toBe(1);
    expect(out + err).toMatch(/^D001 /);
  });
});

describe("play", () => {
  test("talks a script through to its recommendation", async () => {
    const input = ["left", "flat", "red and blue", "5", "yes", "4", "some words", "quit"].join("\n");
    const { code, out, err } = await run(["play", "--script", kinds], { input });
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain("Which one?");
    expect(out).toContain("1. The left one");
    expect(out).toContain("Left it is.");
    expect(out).toContain("People read from left to right.");
  });

  test("asks again for what it does not understand, explains, and goes back", async () => {
    const { code, out } = await run(["play", "--script", kinds], { input: "blah\nwhy?\nleft\nback\n" });
    expect(code).toBe(0);
    expect(out).toContain("It has to be one.");
    expect(out).toContain("One step back.");
  });

  test("plays the built-in script without a file, and ends with its input", async () => {
    const { code, out } = await run(["play"], { input: "" });
    expect(code).toBe(0);
    expect(out).toContain("Node.js");
  });

  test("a script with errors is not played", async () => {
    const file = join(folder.path, "broken.json");
    writeFileSync(file, "{}");
    const { code, err } = await run(["play", "--script", file]);
    expect(code).toBe(1);
    expect(err).toMatch(/^D010 broken\.json/m);
  });
});

describe("what authors need", () => {
  const dead = join(folder.path, "dead.json");
  writeFileSync(dead, readFileSync(kinds, "utf8").replace("depth is flat", "depth is flat and depth is unknown"));

  test("check proves that something never happens, and play replays the talk that shows it", async () => {
    const { code, out } = await run(["check", "--format", "json", dead]);
    expect(code).toBe(1);
    const [{ findings }] = JSON.parse(out).files;
    const finding = findings.find((entry: { number: string }) => entry.number === "D052");
    expect(finding.level).toBe("error");
    expect(finding.line).toBeGreaterThan(1);
    const played = await run(["play", "--script", dead, "--answers", finding.answers]);
    expect([played.code, played.err]).toEqual([0, ""]);
    expect(played.out).toMatch(/^outcome: /m);
  });

  test("check writes annotations, and a stale source fails it", async () => {
    const github = await run(["check", "--format", "github", dead]);
    expect(github.out).toMatch(/^::error file=.*dead\.json,line=\d+,title=D052::/m);
    const fine = await run(["check", "--date", "2026-11-23", kinds]);
    const stale = await run(["check", "--date", "2099-01-01", kinds]);
    expect([fine.code, stale.code]).toEqual([0, 1]);
    expect(stale.out).toMatch(/^D062 /m);
    expect((await run(["check", "--date", "tomorrow", kinds])).code).toBe(2);
  });

  test("play says which answer it cannot read, and which question it did not ask", async () => {
    const bad = await run(["play", "--answers", "realtime=sometimes"]);
    expect(bad.code).toBe(2);
    expect(bad.err).toContain("write one of core, some, none");
    const early = await run(["play", "--answers", "hiring=urgent"]);
    expect(early.code).toBe(1);
    expect(early.err).toContain('"hiring" was not asked');
    expect(early.out).toContain("pending: realtime");
  });

  test("a script in which something can never happen is not served", async () => {
    const scripts = join(folder.path, "scripts-dead");
    mkdirSync(scripts);
    writeFileSync(join(scripts, "dead.json"), readFileSync(dead));
    const served = await run(["serve", "--scripts", scripts, "--data", join(folder.path, "unused"), "--port", "0"]);
    expect(served.code).not.toBe(0);
    expect(served.err).toMatch(/^D052 dead\.json/m);
  });

  test("simulate adds up and writes a picture", async () => {
    const { code, out } = await run(["simulate", "--format", "json"]);
    expect(code).toBe(0);
    const { exact, outcomes, order_bias } = JSON.parse(out);
    expect([exact, order_bias]).toEqual([true, 0]);
    expect(Object.values<number>(outcomes).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
    const picture = join(folder.path, "shares.svg");
    expect((await run(["simulate", "--format", "svg", "--out", picture])).code).toBe(0);
    expect(readFileSync(picture, "utf8")).toMatch(/^<svg [\s\S]*<title[\s\S]*<desc[\s\S]*<\/svg>\n$/);
    expect((await run(["simulate", "--out", join(folder.path, "no", "where")])).code).toBe(1);
  });

  test("graph draws the questions", async () => {
    expect((await run(["graph"])).out).toContain("Only asked if");
    expect((await run(["graph", "--format", "mermaid"])).out).toMatch(/^flowchart TD\n/);
    expect((await run(["graph", "--format", "png"])).code).toBe(2);
  });
});

describe("sessions and show", () => {
  const data = join(folder.path, "data");
  const ended = { session: "", token: "" };
  const open = { session: "", token: "" };

  beforeAll(async () => {
    const server = await Server.kinds({ data });
    const first = await Talker.start(server);
    await first.answer_all();
    Object.assign(ended, { session: first.session, token: first.token });
    const second = await Talker.start(server);
    await second.request({ type: "say", text: "\u001b[31mred\u0007\u009b1m\r\nforged line" });
    Object.assign(open, { session: second.session, token: second.token });
    await first.close();
    await second.close();
    await server.stop();
  });

  test("sessions lists the latest ones first", async () => {
    const { code, out } = await run(["sessions", "--data", data]);
    expect(code).toBe(0);
    const lines = out.trimEnd().split("\n");
    expect(lines[0]).toMatch(new RegExp(`^${open.session} .* 2 turns +open$`));
    expect(lines[1]).toMatch(new RegExp(`^${ended.session} .* 8 turns +first \\(\\w+\\)$`));
    expect(
      (await run(["sessions", "--limit", "1"], { environment: { ADVISOR_DATA: data } })).out.trimEnd().split("\n"),
    ).toEqual([lines[0]]);
  });

  test("sessions --json and show --json are JSON", async () => {
    const list = JSON.parse((await run(["sessions", "--json", "--data", data])).out) as Record<string, unknown>[];
    expect(list[1]).toMatchObject({ session: ended.session, turns: 8, outcome: "first", channel: "web" });
    expect(list[0]).toMatchObject({ session: open.session, outcome: null, firmness: null });
    const shown = JSON.parse((await run(["show", ended.session, "--json", "--data", data])).out) as {
      messages: { seq: number }[];
    };
    expect(shown).toMatchObject({ session: ended.session, script: "kinds", turns: 8 });
    expect(shown.messages.at(-1)?.seq).toBe(8);
  });

  test("show prints the talk and the recommendation, or the question that waits", async () => {
    const whole = await run(["show", ended.session, "--data", data]);
    expect(whole.code).toBe(0);
    expect(whole.out).toContain("you:  The left one");
    expect(whole.out).toContain("Take the first.");
    const part = await run(["show", open.session, "--data", data]);
    expect(part.out).toContain("waits for an answer to: Which one?");
  });

  test("nobody's typing reaches the terminal as a command, or as a line of its own", async () => {
    const { out } = await run(["show", open.session, "--data", data]);
    // oxlint-disable-next-line no-control-regex -- that is what is looked for
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    expect(out).not.toMatch(/^forged/m);
  });

  test("neither prints a token", async () => {
    for (const words of [
      ["sessions"],
      ["sessions", "--json"],
      ["show", ended.session],
      ["show", ended.session, "--json"],
    ]) {
      expect((await run([...words, "--data", data])).out).not.toContain(ended.token);
    }
  });

  test("both work while the server runs", async () => {
    const server = await Server.kinds({ data });
    expect((await run(["sessions", "--data", data])).code).toBe(0);
    expect((await run(["show", ended.session, "--data", data])).code).toBe(0);
    await server.stop();
  });

  test("a session that there is not: exit code 1; no database: exit code 2 and none is made", async () => {
    const missing = await run(["show", "nope", "--data", data]);
    expect(missing).toMatchObject({ code: 1, out: "" });
    expect(missing.err).toMatch(/^advisor: .*nope.*advisor sessions.*\n$/);
    const nowhere = join(folder.path, "nowhere");
    const none = await run(["sessions", "--data", nowhere]);
    expect(none).toMatchObject({ code: 2, out: "" });
    expect(none.err).toMatch(/^advisor: .*no database.*\n$/);
    expect(process.getBuiltinModule("node:fs").existsSync(nowhere)).toBe(false);
  });
});
