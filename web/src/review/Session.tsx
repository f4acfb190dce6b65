// One talk: as the person saw it, what was understood, what came out and why, and what reviewers add to it.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Hiring } from "../result/Hiring.tsx";
import { option_name, points_words, safe_address, source_words, stance_words } from "../result/words.ts";
import { shown_changes } from "../shared/changes.ts";
import { get, type Me, send, type SessionDetail, type TurnTiming } from "./api.ts";
import { type Action, Bar, Confirm, go, Heading, Outcome, Said, Scroll, Section, use_action, use_loaded, Waiting } from "./parts.tsx";
import { OnOtherVersion } from "./OnOtherVersion.tsx";
import { api_root, session_address } from "./url.ts";
import { WhatIf } from "./WhatIf.tsx";
import { duration_words, id_words, share_words, short_hash, time_words } from "./words.ts";

/** What a person does takes longer; a program's turns follow each other at once. */
const shortest_gap_ms = 100;

export interface OneProps {
  session: SessionDetail;
  me: Me;
  action: Action;
  again: () => Promise<void>;
}

export function Session({ me, id }: { me: Me; id: string }): JSX.Element {
  const path = `/sessions/${encodeURIComponent(id)}`;
  const loaded = use_loaded<SessionDetail>(path);
  const action = use_action();
  const session = loaded.data;
  if (!session) {
    return <><Heading title="Session">Session</Heading><Waiting problem={loaded.problem} again={() => void loaded.again()} /></>;
  }
  const props: OneProps = { session, me, action, again: loaded.again };
  const title = session.opening || `Session ${session.id.slice(0, 8)}`;
  return (
    <>
      <p class="crumbs"><a href="/review/sessions">Sessions</a></p>
      <div class="page-head">
        <Heading title={title}><span dir="auto" class="clamp">{title}</span></Heading>
      </div>
      <Facts {...props} />
      <div class="columns">
        <div class="column-main">
          <Talk session={session} />
          {session.recommendation?.hiring && <section class="card hiring"><Hiring hiring={session.recommendation.hiring} code={null} /></section>}
        </div>
        <div class="column-side">
          <Review {...props} />
          <Result session={session} />
          {session.answers.length > 0 && <WhatIf session={session} />}
          {session.answers.length > 0 && <OnOtherVersion session={session} />}
          <Ledger session={session} />
          <Evidence session={session} />
          <Data {...props} />
        </div>
      </div>
    </>
  );
}

function Facts({ session, action }: OneProps): JSX.Element {
  const facts: [string, JSX.Element | string][] = [
    ["Began", <time key="t" dateTime={session.started_at}>{time_words(session.started_at)} UTC</time>],
    ["Took", duration_words(session.duration_s * 1000)],
    ["Turns", String(session.turns)],
    ["Channel", `${session.channel}${session.locale ? `, ${session.locale}` : ""}`],
    ["Script", <span key="s">{session.script_title} <code>{short_hash(session.script_version)}</code></span>],
    ["Changed", `${session.edits} ${session.edits === 1 ? "answer" : "answers"}, ${session.flips} ${session.flips === 1 ? "flip" : "flips"}`],
  ];
  const copy = (): void => void action.run(() => navigator.clipboard.writeText(location.origin + session_address(session.id)), "The link is on the clipboard.");
  return (
    <div class="facts">
      <Outcome outcome={session.outcome} firmness={session.firmness} />
      <dl>{facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
      <p class="row">
        {session.record && <a class="button" href={session.record} download>Decision record</a>}
        {session.report && <a class="button" href={session.report} target="_blank" rel="noopener">Report</a>}
        <a class="button" href={`${api_root}/sessions/${encodeURIComponent(session.id)}`} download={`session-${session.id.slice(0, 8)}.json`}>JSON</a>
        <button type="button" class="button" onClick={copy}>Copy link</button>
      </p>
    </div>
  );
}

function Talk({ session }: { session: SessionDetail }): JSX.Element {
  const turns = new Map(session.timing.map((turn) => [turn.seq, turn]));
  let told = 0;
  return (
    <Section title="The talk" class="talk-card" aside={<span class="hint">as the person saw it</span>}>
      <ol class="lines">
        {session.messages.map((message, index) => {
          const turn = turns.get(message.seq);
          const first = message.seq !== told;
          told = message.seq;
          return (
            <li key={index} class={`line ${message.from}`}>
              {first && turn && turn.elapsed_ms >= shortest_gap_ms && <span class="gap">{duration_words(turn.elapsed_ms)}</span>}
              <div class="said-text">
                <span class="visually-hidden">{message.from === "user" ? "The person: " : "The advisor: "}</span>
                <span dir="auto">{message.text}</span>
              </div>
              {message.from === "user" && turn && <Read turn={turn} text={message.text} />}
            </li>
          );
        })}
        {session.pending && <li class="line advisor pending"><div class="said-text"><span class="visually-hidden">Waits for an answer: </span><span dir="auto">{session.pending.text}</span></div></li>}
      </ol>
    </Section>
  );
}

/** What a turn was taken as, where it is not just what was said. */
function Read({ turn, text }: { turn: TurnTiming; text: string }): JSX.Element | null {
  const parts = turn.understood.filter(({ answer, question }) => answer !== text || question !== turn.question);
  if (turn.understood.length > 0 && parts.length === 0) return null;
  if (parts.length === 0) return turn.unclear ? <p class="read unclear">not understood</p> : null;
  return (
    <ul class="read">
      {parts.map((part) => (
        <li key={part.question}>
          {part.dropped
            ? <>{part.label ?? id_words(part.question)}: taken out</>
            : <>{part.label ?? id_words(part.question)}: <b dir="auto">{part.answer}</b>{part.confidence !== undefined && part.confidence < 1 && <span class="sure"> {share_words(part.confidence)} sure</span>}</>}
        </li>
      ))}
    </ul>
  );
}

function Review({ session, me, action, again }: OneProps): JSX.Element {
  const path = `/sessions/${encodeURIComponent(session.id)}`;
  const may = me.role !== "viewer";
  const [tag, set_tag] = useState("");
  const [note, set_note] = useState("");
  const change = (work: () => Promise<unknown>, done: string): Promise<boolean> => action.run(async () => {
    await work();
    await again();
  }, done);
  const add_tag = async (event: Event): Promise<void> => {
    event.preventDefault();
    const wanted = tag.trim();
    if (wanted && (await change(() => send("PUT", `${path}/tags`, { tags: [...new Set([...session.tags, wanted])] }), `Tagged “${wanted}”.`))) set_tag("");
  };
  const add_note = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (note.trim() && (await change(() => send("POST", `${path}/notes`, { text: note.trim() }), "The note is there."))) set_note("");
  };
  const { reviewed, rating } = session;
  return (
    <Section title="Review" aside={reviewed ? <span class="hint">seen by {reviewed.by}, {time_words(reviewed.at)}</span> : <span class="hint">not seen yet</span>}>
      {may && (
        <div class="row">
          <button type="button" class="button" aria-pressed={reviewed !== null} onClick={() => void change(() => send("PUT", `${path}/mark`, { reviewed: reviewed === null }), reviewed ? "No longer marked." : "Marked as seen.")}>Seen</button>
          <label class="field-inline">Rating
            <select class="input" value={rating === null ? "" : String(rating)} onChange={(event) => {
              const value = event.currentTarget.value;
              void change(() => send("PUT", `${path}/mark`, { rating: value === "" ? null : Number(value) }), "Rated.");
            }}>
              <option value="">none</option>
              {[1, 2, 3, 4, 5].map((value) => <option key={value} value={value}>{value} of 5</option>)}
            </select>
          </label>
        </div>
      )}
      {!may && rating !== null && <p>Rated {rating} of 5.</p>}
      {session.tags.length > 0 && (
        <ul class="chips-list" aria-label="Tags">
          {session.tags.map((name) => (
            <li key={name}>
              <span class="tag">{name}</span>
              {may && <button type="button" class="icon-button" aria-label={`Remove the tag ${name}`} onClick={() => void change(() => send("PUT", `${path}/tags`, { tags: session.tags.filter((other) => other !== name) }), `“${name}” is off.`)}>×</button>}
            </li>
          ))}
        </ul>
      )}
      {may && (
        <form class="inline-form" onSubmit={(event) => void add_tag(event)}>
          <input class="input" aria-label="New tag" placeholder="New tag" maxLength={60} value={tag} onInput={(event) => set_tag(event.currentTarget.value)} />
          <button class="button">Add tag</button>
        </form>
      )}
      {session.review_notes.length > 0 && (
        <ul class="notes-list" aria-label="Notes">
          {session.review_notes.map(({ id, who, at, text }) => (
            <li key={id}>
              <p dir="auto">{text}</p>
              <p class="hint">{who}, {time_words(at)}{may && <button type="button" class="icon-button" aria-label={`Remove the note of ${who}`} onClick={() => void change(() => send("DELETE", `${path}/notes/${id}`), "The note is gone.")}>×</button>}</p>
            </li>
          ))}
        </ul>
      )}
      {may && (
        <form class="inline-form note-form" onSubmit={(event) => void add_note(event)}>
          <textarea class="input" rows={2} aria-label="New note" placeholder="A note for your colleagues" maxLength={1300} value={note} onInput={(event) => set_note(event.currentTarget.value)} />
          <button class="button">Add note</button>
        </form>
      )}
      {!may && session.tags.length === 0 && session.review_notes.length === 0 && <p class="hint">No tags and no notes.</p>}
      <Said action={action} />
    </Section>
  );
}

function Result({ session }: { session: SessionDetail }): JSX.Element | null {
  const { recommendation } = session;
  if (!recommendation) {
    return <Section title="Result"><p>No result yet{session.pending ? <>: waits at <b>{id_words(session.pending.id)}</b></> : ""}.</p></Section>;
  }
  const ranked = [...recommendation.options].sort((left, right) => right.points - left.points);
  const most = Math.max(1, ...ranked.map(({ points }) => Math.abs(points)));
  const { tradeoffs = [], changes = [], open = [] } = recommendation;
  const { shown, more } = shown_changes(changes);
  return (
    <Section title={`Result: ${recommendation.name}`} aside={<Outcome outcome={session.outcome} firmness={session.firmness} />}>
      {recommendation.headline && <p>{recommendation.headline}</p>}
      <table class="list figures">
        <caption class="visually-hidden">Points for each option</caption>
        <thead class="visually-hidden"><tr><th scope="col">Option</th><th scope="col">Share</th><th scope="col">Points</th></tr></thead>
        <tbody>
          {ranked.map(({ id, name, points }, index) => (
            <tr key={id}><th scope="row">{name}</th><td class="bar-cell"><Bar share={Math.abs(points) / most} tone={index === 0 ? "ahead" : ""} /></td><td class="num">{points}</td></tr>
          ))}
        </tbody>
      </table>
      <h3>What would change it</h3>
      {changes.length === 0 ? <p>No single answer would change this result.</p> : <ul class="tight">{shown.map(({ text }) => <li key={text}>{text}</li>)}{more && <li>{more}</li>}</ul>}
      {open.length > 0 && <><h3>Left open</h3><ul class="tight">{open.map(({ question, label }) => <li key={question}>{label}</li>)}</ul></>}
      {tradeoffs.length > 0 && <details><summary>Trade-offs</summary><ul class="tight">{tradeoffs.map((text) => <li key={text}>{text}</li>)}</ul></details>}
    </Section>
  );
}

function Ledger({ session }: { session: SessionDetail }): JSX.Element | null {
  const { ledger, answers, recommendation } = session;
  if (ledger.length === 0) return null;
  const options = recommendation?.options.map(({ id }) => id) ?? [...new Set(ledger.flatMap(({ points }) => Object.keys(points)))];
  const name = (id: string): string => (recommendation ? option_name(recommendation, id) : id_words(id));
  const label = (id: string): string => answers.find(({ question }) => question === id)?.label ?? id_words(id);
  const sum = (id: string): number => ledger.reduce((total, { points }) => total + (points[id] ?? 0), 0);
  return (
    <Section title="Ledger" aside={<span class="hint">every point and its reason</span>}>
      <Scroll label="Ledger">
        <table class="list ledger">
          <caption class="visually-hidden">Points by rule</caption>
          <thead><tr><th scope="col">Because</th>{options.map((id) => <th scope="col" class="num" key={id}>{name(id)}</th>)}</tr></thead>
          <tbody>
            {ledger.map((line) => (
              <tr key={line.rule}>
                <th scope="row">{line.because}<span class="under">{line.questions.map(label).join(", ") || "always"} · <code>{line.rule}</code></span></th>
                {options.map((id) => <td class="num" key={id}>{line.points[id] ? points_words(line.points[id]) : ""}</td>)}
              </tr>
            ))}
          </tbody>
          <tfoot><tr><th scope="row">Sum</th>{options.map((id) => <td class="num" key={id}>{sum(id)}</td>)}</tr></tfoot>
        </table>
      </Scroll>
    </Section>
  );
}

function Evidence({ session }: { session: SessionDetail }): JSX.Element | null {
  const list = session.recommendation?.evidence ?? [];
  if (list.length === 0) return null;
  return (
    <Section title="Evidence">
      <details>
        <summary>{list.length === 1 ? "1 source" : `${list.length} sources`}</summary>
        <ul class="tight">
          {list.map((entry) => {
            const href = safe_address(entry.url);
            return (
              <li key={entry.id}>
                <span class={`stance stance-${entry.stance}`}>{stance_words(entry.stance)}</span> {entry.claim}
                <span class="under">{href ? <a href={href} rel="noreferrer noopener" target="_blank">{source_words(entry)}</a> : source_words(entry)}</span>
              </li>
            );
          })}
        </ul>
      </details>
    </Section>
  );
}

function save_file(name: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 0);
}

/** What only an admin may do with a person's data. */
function Data({ session, me, action, again }: OneProps): JSX.Element | null {
  const [asked, ask] = useState<"" | "anonymise" | "delete">("");
  if (me.role !== "admin") return null;
  const path = `/sessions/${encodeURIComponent(session.id)}`;
  const give = (): void => void action.run(async () => save_file(`session-${session.id.slice(0, 8)}-data.json`, JSON.stringify(await get(`${path}/data`), null, 2)), "The file is saved.");
  return (
    <Section title="This person’s data">
      <div class="row">
        <button type="button" class="button" onClick={give}>Export</button>
        <button type="button" class="button" onClick={() => ask("anonymise")}>Anonymise …</button>
        <button type="button" class="button danger" onClick={() => ask("delete")}>Delete …</button>
      </div>
      {asked === "anonymise" && (
        <Confirm title="Anonymise this session?" text="Every text that the person typed, and every note, is taken out for good. Choices and the result stay." action="Anonymise" on_no={() => ask("")} on_yes={async () => {
          await send("POST", `${path}/anonymise`, {});
          ask("");
          await again();
        }} />
      )}
      {asked === "delete" && (
        <Confirm title="Delete this session?" text="The talk, its tags and notes are removed for good, and the figures no longer count it." action="Delete" on_no={() => ask("")} on_yes={async () => {
          await send("DELETE", path);
          go("/review/sessions");
        }} />
      )}
    </Section>
  );
}
