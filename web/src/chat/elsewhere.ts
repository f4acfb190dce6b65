// Short codes that move a conversation between this browser and a chat tool (POST .../code and POST /api/v1/codes).
import type { Session } from "./state.ts";

export interface MoveCode {
  code: string;
  minutes: number;
}

async function post(path: string, body: unknown, token?: string): Promise<Record<string, unknown>> {
  const headers: Record<string, string> = { "Content-Type": "application/json" };
  if (token !== undefined) headers["Authorization"] = `Bearer ${token}`;
  const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  const answer = (await response.json()) as Record<string, unknown>;
  if (response.ok) return answer;
  const error = answer["error"] as { message?: string } | undefined;
  throw new Error(error?.message ?? "That did not work just now.");
}

/** A code by which a chat tool goes on with this conversation. Throws an error with a sentence for the user. */
export async function make_code(session: Session): Promise<MoveCode> {
  const answer = await post(`/api/v1/sessions/${session.id}/code`, {}, session.token);
  return { code: String(answer["code"]), minutes: Math.floor(Number(answer["expires_in"]) / 60) };
}

/** The conversation of a code; the code is used up then. Throws an error with a sentence for the user. */
export async function take_code(code: string): Promise<Session> {
  const answer = await post("/api/v1/codes", { code });
  return { id: String(answer["session"]), token: String(answer["token"]) };
}
