// What survives a refresh. The session is shared by the tabs of this browser (localStorage); a turn on its way belongs to
// the tab that took it (sessionStorage). Storage may be forbidden or full: then the page works without a memory.
import type { Question, TurnFrame } from "../shared/protocol.ts";
import { initial_state, opening_turn, type Opening, type Outgoing, type Session, type State } from "./state.ts";

/** Shared by all tabs. */
export interface SavedSession {
  session: Session | null;
  /** A first visit on its way, so that two tabs opened at once share one conversation. */
  start: (TurnFrame & { type: "start" }) | null;
  questions: Record<string, Question>;
  asked: Record<number, string>;
}

/** Of one tab. `session` guards against a turn that belongs to an earlier conversation. */
export interface SavedOutbox {
  session: string;
  outbox: Outgoing[];
}

export function to_saved(state: State): { shared: SavedSession; own: SavedOutbox | null } {
  const first = state.outbox[0];
  const start = first?.frame.type === "start" ? first.frame : null;
  const own = state.session && state.outbox.length > 0 ? { session: state.session.id, outbox: [...state.outbox] } : null;
  return { shared: { session: state.session, start, questions: { ...state.questions }, asked: { ...state.asked } }, own };
}

/** The state of a page that was just opened. `fresh_id` names the conversation when nothing was saved. */
export function from_saved(shared: SavedSession | null, own: SavedOutbox | null, fresh_id: string, opening: Opening): State {
  const state = initial_state(opening);
  if (!shared?.session) {
    return { ...state, outbox: [shared?.start ? { frame: shared.start, shown: "", repeated: true } : opening_turn(fresh_id, opening)] };
  }
  return {
    ...state,
    session: shared.session,
    questions: shared.questions,
    asked: shared.asked,
    outbox: own?.session === shared.session.id ? own.outbox : [],
  };
}

export interface Memory {
  load(): { shared: SavedSession | null; own: SavedOutbox | null };
  save(state: State): void;
  /** Calls back when another tab began another conversation. */
  watch(changed: (session: Session) => void): void;
}

function read<Saved>(storage: () => Storage, key: string): Saved | null {
  try {
    const text = storage().getItem(key);
    return text === null ? null : (JSON.parse(text) as Saved);
  } catch {
    return null;
  }
}

function write(storage: () => Storage, key: string, value: unknown): void {
  try {
    if (value === null) storage().removeItem(key);
    else storage().setItem(key, JSON.stringify(value));
  } catch {
    // No memory, or none left: the conversation goes on and only a refresh would lose its place.
  }
}

// Functions, because even naming the storage throws where it is forbidden.
const local = (): Storage => window.localStorage;
const tab = (): Storage => window.sessionStorage;

/** Another tab may have seen questions that this one has not. */
function joined(mine: SavedSession, stored: SavedSession | null): SavedSession {
  if (!mine.session || stored?.session?.id !== mine.session.id) return mine;
  return { ...mine, questions: { ...stored.questions, ...mine.questions }, asked: { ...stored.asked, ...mine.asked } };
}

/** `name` keeps the conversations of several scripts on one site apart. */
export function browser_memory(name: string): Memory {
  const shared_key = `advisor.session.${name}`;
  const own_key = `advisor.outbox.${name}`;
  let written: { shared: string; own: string } = { shared: "", own: "" };
  return {
    load: () => ({ shared: read<SavedSession>(local, shared_key), own: read<SavedOutbox>(tab, own_key) }),
    save(state) {
      const { shared, own } = to_saved(state);
      const next = { shared: JSON.stringify(shared), own: JSON.stringify(own) };
      // The turn on its way is safe before anything else is written.
      if (next.own !== written.own) write(tab, own_key, own);
      if (next.shared !== written.shared) write(local, shared_key, joined(shared, read<SavedSession>(local, shared_key)));
      written = next;
    },
    watch(changed) {
      window.addEventListener("storage", (event) => {
        if (event.key !== shared_key) return;
        const session = read<SavedSession>(local, shared_key)?.session;
        if (session) changed(session);
      });
    },
  };
}
