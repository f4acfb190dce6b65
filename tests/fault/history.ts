// The history checker: what clients sent and saw, against what is stored, must fit the promises of docs/protocol.md.
// Pure; knows neither sockets nor the database. Its own tests feed it histories that are wrong on purpose.

/** Somebody sent a frame that takes a turn. The same `id` may be sent several times. */
export interface Invoke {
  event: "invoke";
  at: number; // milliseconds on one monotonic clock, for all events
  client: number;
  id: string;
  session: string; // "" for a start
  text: string | null; // what a `say` says, null for other frames
}

/** Its reply came: the turn is acknowledged. */
export interface Ok {
  event: "ok";
  at: number;
  client: number;
  id: string;
  session: string;
  seq: number;
  reply: string; // the bytes of the reply, or a fingerprint of them
  heard: string; // what the advisor said in it, or a fingerprint
}

/** An error frame came: it promises that nothing changed. */
export interface Fail {
  event: "fail";
  at: number;
  client: number;
  id: string;
  code: string;
}

/** A reply to `resume`: everything after turn `after`, up to turn `seq`. */
export interface Look {
  event: "look";
  asked_at: number;
  at: number;
  client: number;
  session: string;
  after: number;
  seq: number;
  turns: SeenTurn[];
}

export interface SeenTurn {
  seq: number;
  said: string | null; // the user's words, null where the turn has none
  heard: string; // as in Ok
}

/** A turn as it is stored in the end. */
export interface StoredTurn {
  seq: number;
  said: string | null;
  heard: string | null; // null where it was not read
  id: string | null; // the frame's id; null where only a transcript was read
}

export type HistoryEvent = Invoke | Ok | Fail | Look;
export type Stored = Map<string, StoredTurn[]>; // by session, in stored order

export type ViolationName =
  | "changed reply" // the same id was answered differently
  | "doubled" // one frame took two turns
  | "foreign session" // stored, but nobody started it
  | "foreign turn" // stored, but nobody sent it
  | "hole" // the numbers of a session are not 1, 2, 3, ...
  | "lost" // acknowledged, but not stored
  | "refused but stored" // answered with an error, yet stored
  | "reordered" // acknowledged before the other was sent, but numbered after it
  | "reply to nothing" // acknowledged, but never sent
  | "shared number" // two frames were told the same number
  | "shared session" // two starts were given the same session
  | "stale look" // does not show what was acknowledged before
  | "wrong look" // shows something else than what is stored
  | "wrong session" // acknowledged in another session than the one it was sent in
  | "wrong turn"; // stored with other words than acknowledged

export interface Violation {
  name: ViolationName;
  session: string;
  detail: string;
}

/** One frame and all that became of it. */
interface Frame {
  id: string;
  client: number;
  session: string;
  text: string | null;
  sent_at: number; // first
  open: Set<number>; // clients that sent it and have no answer to their last attempt
  acks: Ok[];
}

/** Every violation found; an empty list is a clean history. `events` are in the order of their time. */
export function check(events: readonly HistoryEvent[], stored: Stored): Violation[] {
  const violations: Violation[] = [];
  const report = (name: ViolationName, session: string, detail: string) => {
    violations.push({ name, session, detail });
  };
  const frames = gather_frames(events, report);
  for (const frame of frames.values()) check_frame(frame, report);
  check_starts(frames, report);

  const by_session = group_by_session(frames);
  for (const [session, own] of by_session) {
    check_numbers(session, own, report);
    check_acknowledged(session, own, stored.get(session) ?? [], report);
  }
  for (const [session, turns] of stored) check_stored(session, by_session.get(session) ?? [], turns, report);
  for (const event of events) {
    if (event.event === "look") check_look(event, by_session.get(event.session) ?? [], stored, report);
  }
  return violations;
}

type Reporter = (name: ViolationName, session: string, detail: string) => void;

function gather_frames(events: readonly HistoryEvent[], report: Reporter): Map<string, Frame> {
  const frames = new Map<string, Frame>();
  for (const event of events) {
    if (event.event === "look") continue;
    const { id, client } = event;
    let frame = frames.get(id);
    if (!frame) {
      if (event.event !== "invoke") {
        report("reply to nothing", event.event === "ok" ? event.session : "", `frame ${id}`);
        continue;
      }
      const { session, text, at } = event;
      frame = { id, client, session, text, sent_at: at, open: new Set(), acks: [] };
      frames.set(id, frame);
    }
    if (event.event === "invoke") frame.open.add(client);
    else frame.open.delete(client);
    if (event.event === "ok") frame.acks.push(event);
  }
  return frames;
}

/** The session that a frame turned out to belong to; "" for a start that was never answered. */
function session_of(frame: Frame): string {
  return frame.session || (frame.acks[0]?.session ?? "");
}

function group_by_session(frames: Map<string, Frame>): Map<string, Frame[]> {
  const groups = new Map<string, Frame[]>();
  for (const frame of frames.values()) {
    const session = session_of(frame);
    const group = groups.get(session);
    if (group) group.push(frame);
    else groups.set(session, [frame]);
  }
  groups.delete("");
  return groups;
}

/** All replies to one frame must be the same bytes, and so name the same turn. */
function check_frame(frame: Frame, report: Reporter): void {
  const [first, ...others] = frame.acks;
  if (!first) return;
  for (const ack of frame.acks) {
    if (frame.session && ack.session !== frame.session) {
      report("wrong session", frame.session, `frame ${frame.id} was answered in ${ack.session}`);
    }
  }
  for (const ack of others) {
    if (ack.seq !== first.seq || ack.session !== first.session) {
      report("doubled", first.session, `frame ${frame.id} took turns ${first.seq} and ${ack.seq}`);
    } else if (ack.reply !== first.reply) {
      report("changed reply", first.session, `frame ${frame.id}, turn ${first.seq}`);
    }
  }
}

function check_starts(frames: Map<string, Frame>, report: Reporter): void {
  const started = new Map<string, string>();
  for (const frame of frames.values()) {
    if (frame.session || !frame.acks[0]) continue;
    const session = frame.acks[0].session;
    const other = started.get(session);
    if (other) report("shared session", session, `frames ${other} and ${frame.id}`);
    started.set(session, frame.id);
  }
}

/** Acknowledged numbers are unique and respect real time. */
function check_numbers(session: string, frames: Frame[], report: Reporter): void {
  const holders = new Map<number, string>();
  const answered = frames.filter((frame) => frame.acks[0]?.session === session);
  for (const frame of answered) {
    const seq = frame.acks[0]!.seq;
    const other = holders.get(seq);
    if (other) report("shared number", session, `frames ${other} and ${frame.id} are both turn ${seq}`);
    holders.set(seq, frame.id);
  }
  // In the order of sending, no number may be below that of a frame whose reply was there before.
  const by_reply = answered.toSorted((a, b) => a.acks[0]!.at - b.acks[0]!.at);
  let replied = 0;
  let highest = 0;
  for (const frame of answered.toSorted((a, b) => a.sent_at - b.sent_at)) {
    while (replied < by_reply.length && by_reply[replied]!.acks[0]!.at < frame.sent_at) {
      highest = Math.max(highest, by_reply[replied++]!.acks[0]!.seq);
    }
    const seq = frame.acks[0]!.seq;
    if (seq < highest) report("reordered", session, `turn ${seq} was sent after the reply to turn ${highest}`);
  }
}

/** What was acknowledged is stored as it was acknowledged. */
function check_acknowledged(session: string, frames: Frame[], turns: StoredTurn[], report: Reporter): void {
  const by_seq = new Map(turns.map((turn) => [turn.seq, turn]));
  for (const frame of frames) {
    const ack = frame.acks[0];
    if (!ack || ack.session !== session) continue;
    const turn = by_seq.get(ack.seq);
    if (!turn) {
      report("lost", session, `turn ${ack.seq}, frame ${frame.id}`);
      continue;
    }
    const same_id = turn.id === null || turn.id === frame.id;
    const same_words = frame.text === null || turn.said === frame.text;
    const same_reply = turn.heard === null || turn.heard === ack.heard;
    if (!same_id || !same_words || !same_reply) {
      report("wrong turn", session, `turn ${ack.seq}, frame ${frame.id}`);
    }
  }
}

/** What is stored is dense, and somebody sent it, once, and was not told that it failed. */
function check_stored(session: string, frames: Frame[], turns: StoredTurn[], report: Reporter): void {
  if (frames.length === 0) {
    report("foreign session", session, `${turns.length} turns`);
    return;
  }
  turns.forEach((turn, index) => {
    if (turn.seq !== index + 1) report("hole", session, `turn ${index + 1} is number ${turn.seq}`);
  });

  const sent = new Map(frames.map((frame) => [frame.id, frame]));
  const seen = new Set<string>();
  for (const { id, seq } of turns) {
    if (id === null) continue;
    const frame = sent.get(id);
    if (!frame) report("foreign turn", session, `turn ${seq}, frame ${id}`);
    if (seen.has(id)) report("doubled", session, `frame ${id} is stored again as turn ${seq}`);
    if (frame && was_refused(frame)) report("refused but stored", session, `turn ${seq}, frame ${id}`);
    seen.add(id);
  }

  // Without ids, by number: at most the frames that may have been stored.
  const possible = frames.filter((frame) => !was_refused(frame)).length;
  if (turns.some((turn) => turn.id === null) && turns.length > possible) {
    report("doubled", session, `${turns.length} turns from ${possible} frames`);
  }
  // And by words: only what somebody said, or what belongs to a frame without words.
  const words = new Set(frames.map((frame) => frame.text));
  const acknowledged = new Set(frames.map((frame) => frame.acks[0]?.seq));
  for (const turn of turns) {
    if (turn.id !== null || acknowledged.has(turn.seq) || turn.said === null) continue;
    if (!words.has(turn.said) && !words.has(null)) report("foreign turn", session, `turn ${turn.seq}: ${turn.said}`);
  }
}

/**
 * The last answer to everybody who sent it was an error. Had an attempt before been stored, the same id would have got
 * the stored reply instead; a frame whose last attempt is left without an answer may have been stored.
 */
function was_refused(frame: Frame): boolean {
  return frame.acks.length === 0 && frame.open.size === 0;
}

function check_look(look: Look, frames: Frame[], stored: Stored, report: Reporter): void {
  const { session, after, seq } = look;
  const shown = new Map(look.turns.map((turn) => [turn.seq, turn]));
  for (const frame of frames) {
    const ack = frame.acks[0];
    if (!ack || ack.session !== session || ack.at >= look.asked_at) continue;
    if (ack.seq > seq) report("stale look", session, `at turn ${seq}, turn ${ack.seq} was acknowledged before`);
  }
  for (let expected = after + 1; expected <= seq; expected++) {
    if (!shown.has(expected)) report("stale look", session, `turn ${expected} of ${seq} is missing`);
  }
  const by_seq = new Map((stored.get(session) ?? []).map((turn) => [turn.seq, turn]));
  for (const turn of look.turns) {
    const truth = by_seq.get(turn.seq);
    if (turn.seq <= after || turn.seq > seq || truth?.heard !== turn.heard || truth.said !== turn.said) {
      report("wrong look", session, `turn ${turn.seq} after ${after} of ${seq}`);
    }
  }
}

/** Counts for the line that every run of a fault test prints. */
export interface Summary {
  sent: number; // frames, resends not counted
  acknowledged: number;
  refused: number;
  unknown: number; // neither acknowledged nor refused
  stored: number;
}

export function summarize(events: readonly HistoryEvent[], stored: Stored): Summary {
  const frames = [...gather_frames(events, () => {}).values()];
  const acknowledged = frames.filter((frame) => frame.acks.length > 0).length;
  const refused = frames.filter(was_refused).length;
  const sent = frames.length;
  const turns = [...stored.values()].reduce((sum, list) => sum + list.length, 0);
  return { sent, acknowledged, refused, unknown: sent - acknowledged - refused, stored: turns };
}
