// `advisor decide` and `advisor describe`: what they write, what they print, and what they say to broken files.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { repository_path, run, temporary_folder } from "./support/server.ts";

const folder = temporary_folder();
afterAll(folder.remove);

const corpus = repository_path("tests/corpora/scenarios.jsonl");

interface Line {
  id: string;
  outcome: string;
  firmness: string;
  either_is_fine: boolean;
  hire: { title: string; verdict: string }[];
  text: string;
}

function lines_of(path: string): Line[] {
  const text = readFileSync(path, "utf8");
  expect(text.endsWith("\n")).toBe(true);
  return text.trimEnd().split("\n").map((line) => JSON.parse(line) as Line);
}

function file(name: string, ...lines: unknown[]): string {
  const path = join(folder.path, name);
  writeFileSync(path, lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n"));
  return path;
}

describe.each(["decide", "describe"])("%s", (command) => {
  const out = join(folder.path, `${command}.jsonl`);

  test("writes one line for each record and prints the figures", async () => {
    const result = await run([command, "--scenarios", corpus, "--predictions", out]);
    expect([result.code, result.err]).toEqual([0, ""]);
    const ids = readFileSync(corpus, "utf8").trimEnd().split("\n").map((line) => (JSON.parse(line) as Line).id);
    expect(result.out.split("\n")[0]).toBe(`${ids.length} scenarios, ${ids.length} of them with the right advice`);
    for (const name of ["exact", "acceptable", "must not", "macro-F1", "hire", "either said"])
      expect(result.out).toMatch(new RegExp(`^  ${name} +[01]\\.\\d{3}`, "m"));
    const lines = lines_of(out);
    expect(lines.map(({ id }) => id)).toEqual(ids);
    for (const line of lines) {
      expect(["nodejs", "python", "hybrid", "neither", "either"]).toContain(line.outcome);
      expect(["clear", "leaning", "too_close"]).toContain(line.firmness);
      expect(line.hire.length).toBeGreaterThan(0);
      expect(line.text).toMatch(/^# /);
      if (line.outcome === "either") expect(line.either_is_fine).toBe(true);
    }
  });

  test("writes the same bytes again", async () => {
    const again = join(folder.path, `${command}-again.jsonl`);
    await run([command, "--scenarios", corpus, "--predictions", again]);
    expect(readFileSync(again, "utf8")).toBe(readFileSync(out, "utf8"));
  });

  test("needs no right advice in the file", async () => {
    const bare = file("bare.jsonl", "", { id: "a", description: "A wiki, two Django developers.", facts: { team_size: 2, team: { python: "strong" } } });
    const { code, out: printed } = await run([command, "--scenarios", bare, "--predictions", join(folder.path, "bare-out.jsonl")]);
    expect([code, printed]).toEqual([0, "1 scenarios, 0 of them with the right advice\n"]);
    expect(lines_of(join(folder.path, "bare-out.jsonl"))[0]?.outcome).toBe("python");
  });

  test("a broken line is named, and nothing is written", async () => {
    const broken = file("broken.jsonl", { id: "a", description: "x", facts: {} }, '{"id": "b"');
    const predictions = join(folder.path, "never.jsonl");
    const { code, err } = await run([command, "--scenarios", broken, "--predictions", predictions]);
    expect([code, err]).toEqual([2, `advisor: ${broken}, line 2: not valid JSON\n`]);
    expect(existsSync(predictions)).toBe(false);
  });

  test("usage errors", async () => {
    for (const words of [[], ["--scenarios", corpus], ["--scenarios", join(folder.path, "nowhere"), "--predictions", out]]) {
      const { code, err } = await run([command, ...words]);
      expect(code).toBe(2);
      expect(err).toMatch(new RegExp(`^advisor: .*; see "advisor ${command} --help"\\n$`));
    }
    const unwritable = await run([command, "--scenarios", corpus, "--predictions", join(folder.path, "no", "such", "folder")]);
    expect([unwritable.code, unwritable.err.startsWith("advisor: cannot write ")]).toEqual([1, true]);
  });

  test("help has examples that name it", async () => {
    const { code, out: help } = await run([command, "--help"]);
    expect(code).toBe(0);
    expect(help.split(/^Examples:$/m)[1]).toContain(`advisor ${command}`);
  });
});

test("describe shows what it reads out of a text", async () => {
  const { code, out } = await run(["describe", "--explain", "Five TypeScript developers, 12k people online at once."]);
  expect(code).toBe(0);
  expect(out.trimEnd().split("\n").at(-1)).toBe("People at once: “12,000 people”; JavaScript skill: “Very well”; Developers: “5 developers”");
});

test("decide takes another script", async () => {
  const script = repository_path("tests/system/scripts/kinds.json");
  const facts = file("kinds.jsonl", { id: "k", facts: { picking: "one" } });
  const out = join(folder.path, "kinds-out.jsonl");
  expect(await run(["decide", "--scenarios", facts, "--predictions", out, "--script", script])).toMatchObject({ code: 0 });
  expect(lines_of(out)[0]?.outcome).toBe("first");
  const open = file("open.jsonl", { id: "k", facts: {} });
  const refused = await run(["decide", "--scenarios", open, "--predictions", out, "--script", script]);
  expect([refused.code, refused.err]).toEqual([2, `advisor: ${open}, line 1: the script needs an answer to "pick" (topic "picking"); add the fact\n`]);
});
