// Checks what the load tool recorded against the server's database: every frame stored once, under the number it was told.
// What the replies say is not compared; kill.test.ts does that.
//
//   advisor_load --port PORT --history FILE ... ; (stop the server) ; node tests/fault/check_load.ts FILE DATA
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { read_database } from "./database.ts";
import { fingerprint } from "./fingerprint.ts";
import { check, type HistoryEvent, type Stored, summarize } from "./history.ts";

/** A line of bench/load/history.hpp. */
interface Line {
  event: "invoke" | "ok" | "fail";
  at: number; // nanoseconds
  client: number;
  id: string;
  session: string;
  seq: number;
  reply: string;
}

function event_of({ event, at: nanoseconds, client, id, session, seq, reply }: Line): HistoryEvent {
  const at = nanoseconds / 1e6;
  if (event === "invoke") return { event, at, client, id, session, text: null };
  if (event === "fail") return { event, at, client, id, code: "" };
  return { event, at, client, id, session, seq, reply: fingerprint(reply), heard: "" };
}

const [history_file, data] = process.argv.slice(2);
if (!history_file || !data) throw new Error("usage: node check_load.ts HISTORY DATA");

const events: HistoryEvent[] = [];
for await (const line of createInterface({ input: createReadStream(history_file) })) {
  events.push(event_of(JSON.parse(line) as Line));
}
const { integrity, turns } = read_database(data);
const stored: Stored = new Map();
for (const { session, seq, id } of turns) {
  const list = stored.get(session) ?? [];
  list.push({ seq, said: null, heard: null, id });
  stored.set(session, list);
}
const violations = check(events, stored);
console.log(JSON.stringify({ ...summarize(events, stored), integrity, violations: violations.length }));
for (const violation of violations.slice(0, 20)) console.log(JSON.stringify(violation));
process.exitCode = violations.length === 0 && integrity === "ok" ? 0 : 1;
