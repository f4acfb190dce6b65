// Reads the server's database file from outside, while no server runs.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Stored } from "./history.ts";

export interface StoredRow {
  session: string;
  seq: number;
  id: string;
}

/** The damage that SQLite finds in the file, "ok" for none, and all turns. */
export function read_database(data: string): { integrity: string; turns: StoredRow[] } {
  // Not an import: bundlers do not know this module of Node yet.
  const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
  const files = readdirSync(data).filter((name) => name.endsWith(".db"));
  if (files.length !== 1) throw new Error(`one database expected in ${data}, not ${files.join(", ") || "none"}`);
  const database = new DatabaseSync(join(data, files[0]!));
  try {
    const damage = database.prepare("PRAGMA integrity_check").all() as { integrity_check: string }[];
    const rows = database.prepare(
      "SELECT session.key AS session, turn.seq AS seq, turn.turn_key AS id" +
        " FROM turn JOIN session ON session.id = turn.session ORDER BY turn.session, turn.id",
    );
    return {
      integrity: damage.map((row) => row.integrity_check).join("; "),
      turns: rows.all() as unknown as StoredRow[],
    };
  } finally {
    database.close();
  }
}

/** Gives the turns of transcripts the ids under which the database has them, and adds those that only it has. */
export function add_ids(transcripts: Stored, turns: readonly StoredRow[]): void {
  const places = new Map(
    [...transcripts].flatMap(([session, list]) => list.map((turn) => [`${session} ${turn.seq}`, turn])),
  );
  for (const { session, seq, id } of turns) {
    const turn = places.get(`${session} ${seq}`);
    if (turn?.id === null) {
      turn.id = id;
    } else {
      const list = transcripts.get(session) ?? [];
      list.push({ seq, said: null, heard: "only in the database", id });
      transcripts.set(session, list);
    }
  }
}
