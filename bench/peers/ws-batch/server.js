"use strict";
// A peer to measure the advisor against: what a good Node developer writes by hand when told that a reply means
// stored. ws for the sockets, better-sqlite3 for the database, all turns that arrive in one pass of the event loop
// committed as one transaction, replies sent after it. The protocol is docs/protocol.md without resume, change, say
// and HTTP. What it leaves out is work that the advisor does and this does not; see README.md.
//
// Environment: PORT (0 takes a free one), DATA (folder), SYNC (FULL or NORMAL), KEYS=1 makes the id of a frame its
// key: a repeated frame gets the stored reply, as the advisor promises.

const { randomBytes, randomUUID } = require("node:crypto");
const http = require("node:http");
const path = require("node:path");
const Database = require("better-sqlite3");
const { WebSocketServer } = require("ws");
const { outcomes, questions, points } = require("./dialog.js");

const withKeys = process.env.KEYS === "1";

const db = new Database(path.join(process.env.DATA || ".", "ws-batch.db"));
db.pragma("journal_mode = WAL");
db.pragma(`synchronous = ${process.env.SYNC === "NORMAL" ? "NORMAL" : "FULL"}`);
db.exec(`
  CREATE TABLE IF NOT EXISTS session(
    id INTEGER PRIMARY KEY, key TEXT NOT NULL, token TEXT NOT NULL, started_at INTEGER NOT NULL,
    outcome TEXT, finished_at INTEGER) STRICT;
  CREATE TABLE IF NOT EXISTS turn(
    id INTEGER PRIMARY KEY, session INTEGER NOT NULL, seq INTEGER NOT NULL, key TEXT NOT NULL,
    question TEXT, answer TEXT, reply TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
  CREATE UNIQUE INDEX IF NOT EXISTS turn_seq ON turn(session, seq);
  ${withKeys ? "CREATE UNIQUE INDEX IF NOT EXISTS turn_key ON turn(session, key);" : ""}`);
const insertSession = db.prepare("INSERT INTO session(id, key, token, started_at) VALUES (?, ?, ?, ?)");
const insertTurn = db.prepare(
  "INSERT INTO turn(session, seq, key, question, answer, reply, at) VALUES (?, ?, ?, ?, ?, ?, ?)");
const finishSession = db.prepare("UPDATE session SET outcome = ?, finished_at = ? WHERE id = ?");
const storedTurn = db.prepare("SELECT seq, reply FROM turn WHERE session = ? AND key = ?");
let lastSession = db.prepare("SELECT coalesce(max(id), 0) AS id FROM session").get().id;

// All of a question's reply that does not depend on the session, made once.
const messages = JSON.stringify([{ text: "Thank you, noted.", kind: "note" }]);
const questionTails = questions.map((question, index) =>
  `"messages":${messages},"question":${JSON.stringify(question)},` +
  `"progress":{"answered":${index},"remaining":${questions.length - index}},"recommendation":null}`);

function recommendationTail(session) {
  const scores = Object.fromEntries(outcomes.map((outcome, i) => [outcome.id, session.points[i]]));
  const options = outcomes.map((outcome, i) => ({ ...outcome, points: session.points[i] }))
    .sort((a, b) => b.points - a.points);
  const best = options[0];
  const margin = best.points - options[1].points;
  const reasons = session.ledger.map(({ question, answer, gains }) => ({
    question: question.id,
    label: question.label,
    answer,
    points: Object.fromEntries(outcomes.map((outcome, i) => [outcome.id, gains[i]])),
  }));
  session.outcome = best.id;
  const recommendation = {
    outcome: best.id, name: best.name, headline: `${best.name} fits your answers best.`,
    firmness: margin > 3 ? "clear" : margin > 1 ? "leaning" : "too_close", scores, options, reasons,
  };
  return `"messages":${messages},"question":null,"progress":{"answered":${questions.length},"remaining":0},` +
    `"recommendation":${JSON.stringify(recommendation)}}`;
}

const commit = db.transaction((turns) => {
  for (const { session, seq, id, question, answer, tail, at } of turns) {
    if (seq === 1) insertSession.run(session.row, session.key, session.token, at);
    insertTurn.run(session.row, seq, id, question, answer, tail, at);
    if (session.outcome) finishSession.run(session.outcome, at, session.row);
  }
});

let pending = [];

/** Stores a turn together with all others of this pass of the event loop, then answers it. */
function store(turn) {
  if (pending.length === 0) setImmediate(flush);
  pending.push(turn);
}

function flush() {
  const turns = pending;
  pending = [];
  commit(turns);
  for (const turn of turns) turn.socket.send(replyText(turn));
}

function replyText({ session, id, seq, tail }) {
  const opening = seq === 1 ? `"token":"${session.token}","script":{"id":"fixed","title":"Ten questions"},` : "";
  return `{"type":"reply","id":${JSON.stringify(id)},"session":"${session.key}","seq":${seq},${opening}${tail}`;
}

function sendError(socket, id, code, message) {
  socket.send(JSON.stringify({ type: "error", id, code, message }));
}

function start(socket, id) {
  const session = {
    row: ++lastSession, key: randomUUID(), token: randomBytes(24).toString("base64url"), seq: 1, step: 0,
    points: outcomes.map(() => 0), ledger: [], outcome: null,
  };
  store({ socket, session, seq: 1, id, question: null, answer: null, tail: questionTails[0], at: Date.now() });
  return session;
}

function answer(socket, session, frame) {
  if (withKeys) {
    const stored = storedTurn.get(session.row, frame.id);
    if (stored) {
      socket.send(replyText({ session, id: frame.id, seq: stored.seq, tail: stored.reply }));
      return;
    }
  }
  const question = questions[session.step];
  if (!question || frame.question !== question.id) {
    sendError(socket, frame.id, "question_not_pending", "Answer the pending question.");
    return;
  }
  const gains = points.get(question.id).get(frame.value);
  if (!gains) {
    sendError(socket, frame.id, "bad_value", "Choose one of the options.");
    return;
  }
  for (let i = 0; i < gains.length; i++) session.points[i] += gains[i];
  session.ledger.push({ question, answer: frame.value, gains });
  session.step++;
  session.seq++;
  const tail = session.step < questions.length ? questionTails[session.step] : recommendationTail(session);
  store({
    socket, session, seq: session.seq, id: frame.id, question: question.id, answer: frame.value, tail,
    at: Date.now(),
  });
}

function onConnection(socket) {
  let session = null;
  socket.on("message", (data) => {
    let frame;
    try {
      frame = JSON.parse(data);
    } catch {
      sendError(socket, null, "bad_json", "Send a JSON object.");
      return;
    }
    if (typeof frame?.id !== "string") {
      sendError(socket, null, "bad_frame", "Every frame needs an id.");
    } else if (frame.type === "start") {
      session = start(socket, frame.id);
    } else if (frame.type !== "answer") {
      sendError(socket, frame.id, "unknown_type", "This peer knows start and answer only.");
    } else if (!session) {
      sendError(socket, frame.id, "no_session", "Start first.");
    } else {
      answer(socket, session, frame);
    }
  });
  socket.on("error", () => {});  // a broken socket is closed by ws; the others go on
}

const server = http.createServer((request, response) => response.writeHead(404).end());
const sockets = new WebSocketServer({
  server,
  path: "/ws",
  perMessageDeflate: false,
  maxPayload: 16 * 1024,
  handleProtocols: (offered) => (offered.has("advisor.v1") ? "advisor.v1" : false),
});
sockets.on("connection", onConnection);
server.listen(Number(process.env.PORT || 0), "127.0.0.1", () =>
  console.log(`listening on http://127.0.0.1:${server.address().port}`));

process.on("SIGTERM", () => {
  if (pending.length > 0) flush();
  db.close();
  process.exit(0);
});
