// The server is killed (SIGKILL) again and again while people talk to it. Nothing acknowledged may be lost, nothing may be
// taken twice, and everybody sees the same conversation afterwards.
//
// Environment: FAULT_ROUNDS (25), FAULT_PEOPLE (50), FAULT_SEED (of the moments and of what people do; printed).
import { EventEmitter, once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { add_ids, read_database } from "./database.ts";
import { check, type HistoryEvent, type Stored, summarize } from "./history.ts";
import { Person, random_from } from "./person.ts";
import { ServerProcess } from "./server_process.ts";

const rounds = Number(process.env["FAULT_ROUNDS"] ?? 25);
const people_count = Number(process.env["FAULT_PEOPLE"] ?? 50);
const seed = Number(process.env["FAULT_SEED"] ?? Date.now() % 1_000_000);

const restart_limit_ms = 2000;

describe(`${rounds} kills under ${people_count} people, seed ${seed}`, () => {
  const data = mkdtempSync(join(tmpdir(), "advisor-kill-"));
  const random = random_from(seed);
  const history: HistoryEvent[] = [];
  const stored: Stored = new Map();
  const restarts_ms: number[] = [];
  let server: ServerProcess | undefined;
  let integrity = "";
  let exit_code: number | null = null;
  const over = new AbortController();
  const answers = new EventEmitter();

  beforeAll(async () => {
    server = ServerProcess.spawn(data, 0);
    const port = await server.listening;
    const people = Array.from(
      { length: people_count },
      (_, number) => new Person(number, port, history, random_from(seed + number + 1), () => answers.emit("reply")),
    );
    const talks = Promise.all(people.map((person) => person.run(over.signal)));
    try {
      await Promise.race([talks, kill_often(port)]);
    } finally {
      over.abort();
    }
    await talks;

    for (const person of people) stored.set(person.session, await person.look_back());
    exit_code = (await server?.stop()) ?? null;
    const database = read_database(data);
    integrity = database.integrity;
    add_ids(stored, database.turns);
  }, rounds * 5_000 + 60_000);

  async function kill_often(port: number): Promise<void> {
    for (let round = 0; round < rounds && !over.signal.aborted; round++) {
      await sleep(150 + random() * 750);
      await server?.kill();
      // Now and then the next crash comes while the server is still starting.
      while (random() < 0.2) {
        const short_lived = ServerProcess.spawn(data, port);
        await sleep(random() * 40);
        await short_lived.kill();
      }
      const began = performance.now();
      server = ServerProcess.spawn(data, port);
      await server.listening;
      await once(answers, "reply", { signal: AbortSignal.timeout(20_000) });
      restarts_ms.push(performance.now() - began);
    }
  }

  afterAll(async () => {
    await server?.kill();
    rmSync(data, { recursive: true, force: true });
  });

  test("every acknowledged turn is stored once, as it was acknowledged, and nothing else is", () => {
    const summary = summarize(history, stored);
    const slowest = Math.max(...restarts_ms).toFixed(0);
    console.log(`seed ${seed}, kills ${rounds}, slowest way back ${slowest} ms, ${JSON.stringify(summary)}`);
    expect(check(history, stored).slice(0, 10)).toEqual([]);
    expect(restarts_ms).toHaveLength(rounds);
    expect(summary.acknowledged).toBeGreaterThan(rounds * people_count);
    expect(summary.unknown).toBe(0); // everybody was answered in the end
  });

  test("the crashes hit turns under way", () => {
    const times = new Map<string, number>();
    for (const event of history) if (event.event === "invoke") times.set(event.id, (times.get(event.id) ?? 0) + 1);
    expect([...times.values()].filter((count) => count > 1).length).toBeGreaterThan(rounds);
  });

  test("the database is whole and the last server ended well", () => {
    expect(integrity).toBe("ok");
    expect(exit_code).toBe(0);
  });

  test(`after a crash somebody is answered within ${restart_limit_ms} ms`, () => {
    expect(Math.max(...restarts_ms)).toBeLessThan(restart_limit_ms);
  });

  test("the checker would have noticed one lost, doubled or altered turn in this very history", () => {
    const session = [...stored.keys()][0]!;
    const spoiled = (spoil: (turns: NonNullable<ReturnType<Stored["get"]>>) => void) => {
      const turns = stored.get(session)!.map((turn) => ({ ...turn }));
      spoil(turns);
      return check(history, new Map(stored).set(session, turns)).map((violation) => violation.name);
    };
    expect(spoiled((turns) => turns.pop())).toContain("lost");
    expect(spoiled((turns) => turns.push({ ...turns.at(-1)!, seq: turns.length + 1 }))).toContain("doubled");
    expect(spoiled((turns) => (turns.at(-1)!.heard = "something else"))).toContain("wrong turn");
  });
});
