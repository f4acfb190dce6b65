// Talks over plain HTTP: what the console's tests look at afterwards.
import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import type { Server } from "./harness.ts";

export interface Asked {
  id: string;
  kind: string;
  options?: { id: string }[];
  min?: number;
  max?: number;
}

export interface Answered {
  session: string;
  question: Asked | null;
}

type Frame = Record<string, unknown>;

async function post(server: Server, path: string, body: Frame, token = ""): Promise<Answered & { token?: string }> {
  const headers: Record<string, string> = { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) };
  const response = await fetch(`${server.url}/api/v1/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  const answer = await response.json() as Answered & { token?: string };
  expect([200, 201], JSON.stringify(answer)).toContain(response.status);
  return answer;
}

/** Opens a session; the function takes one turn of it, a frame without its `id`. */
export async function begin(server: Server, locale = "en"): Promise<{ session: string; take: (frame: Frame) => Promise<Answered>; question: Asked | null }> {
  const started = await post(server, "sessions", { id: randomUUID(), locale });
  const take = (frame: Frame): Promise<Answered> => post(server, `sessions/${started.session}/turns`, { id: randomUUID(), ...frame }, started.token);
  return { session: started.session, take, question: started.question };
}

/** Some value that fits; `wish` is the answer to what is answered in words. */
export function any_value(question: Asked, pick: (below: number) => number, wish: string): unknown {
  const options = question.options ?? [];
  switch (question.kind) {
    case "choice":
      return options[pick(options.length)]?.id;
    case "multi":
      return [options[pick(options.length)]?.id];
    case "boolean":
      return pick(2) === 1;
    case "number":
    case "scale":
      return (question.min ?? 0) + pick(Math.min((question.max ?? 10) - (question.min ?? 0) + 1, 1000));
    default:
      return wish;
  }
}

export interface TalkOptions {
  /** Chooses among so many; 0 is the first. */
  pick?: (below: number) => number;
  /** Answers at most so many questions, and leaves the talk open. */
  most?: number;
  wish?: string;
  locale?: string;
}

/** Says `texts` first, then answers until the result. */
export async function talk(server: Server, texts: string[] = [], { pick = () => 0, most = 100, wish = "A quiet hour", locale = "en" }: TalkOptions = {}): Promise<string> {
  const { session, take, question } = await begin(server, locale);
  let pending = question;
  for (const text of texts) pending = (await take({ type: "say", text })).question;
  for (let count = 0; pending && count < most; count++) {
    pending = (await take({ type: "answer", question: pending.id, value: any_value(pending, pick, wish) })).question;
  }
  return session;
}
