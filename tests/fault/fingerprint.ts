// Short stand-ins for long texts, so that the history of a long run fits in memory.
import { createHash } from "node:crypto";

export interface Message {
  text: string;
  kind?: string;
}

export function fingerprint(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 22);
}

/** What the advisor said in one turn. The question that it asked there is left out: only older turns of a transcript show it. */
export function heard_in(messages: readonly Message[]): string {
  const said = messages.filter(({ kind }) => kind !== "question");
  return fingerprint(JSON.stringify(said.map(({ kind, text }) => [kind, text])));
}
