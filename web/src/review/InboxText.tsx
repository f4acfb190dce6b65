// One text that was not understood: what people did next, and accepting it as an answer.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { type AcceptPreview, type ChangedReading, type InboxDetail, type Me, send } from "./api.ts";
import { type Action, Heading, Said, Scroll, Section, use_action, use_loaded, Waiting } from "./parts.tsx";
import { session_address, with_filters } from "./url.ts";
import { count_words, id_words, short_hash, time_words } from "./words.ts";

export function InboxText({ me, id }: { me: Me; id: string }): JSX.Element {
  const loaded = use_loaded<InboxDetail>(`/inbox/${encodeURIComponent(id)}`);
  const row = loaded.data;
  return (
    <>
      <p><a href="/review/inbox">Inbox</a></p>
      <div class="page-head"><Heading title="Not understood">{row ? <q dir="auto">{row.example || row.text}</q> : "Not understood"}</Heading></div>
      {!row && <Waiting problem={loaded.problem} again={() => void loaded.again()} />}
      {row && (
        <div class="cards">
          <Section title="What it was"><Facts row={row} /></Section>
          <Section title="What people did next"><Became row={row} /></Section>
          {me.role !== "viewer" && row.options.length > 0 && <Section title="Accept as an answer" class="wide-card"><Accept row={row} again={loaded.again} /></Section>}
        </div>
      )}
    </>
  );
}

function draft_address(script: string, hash: string): string {
  return with_filters(`/review/scripts/${encodeURIComponent(script)}`, { version: hash });
}

function Facts({ row }: { row: InboxDetail }): JSX.Element {
  return (
    <>
      <dl class="pairs">
        <div><dt>Script</dt><dd>{row.script}</dd></div>
        <div><dt>Question</dt><dd>{id_words(row.question ?? "")}</dd></div>
        <div><dt>Typed</dt><dd>{row.count === 1 ? "once" : `${count_words(row.count)} times`}</dd></div>
        <div><dt>First</dt><dd>{time_words(row.first_at)} UTC</dd></div>
        <div><dt>Last</dt><dd>{time_words(row.last_at)} UTC</dd></div>
        {row.session && <div><dt>Latest talk</dt><dd><a href={session_address(row.session)}>{row.session.slice(0, 8)}</a></dd></div>}
      </dl>
      {row.accepted.map((one) => (
        <p key={one.phrase}>{one.who} accepted “{one.phrase}” as {id_words(one.option)} on {time_words(one.at)} in the draft <a href={draft_address(row.script, one.draft)}><code>{short_hash(one.draft)}</code></a>.</p>
      ))}
    </>
  );
}

function Became({ row: { became } }: { row: InboxDetail }): JSX.Element {
  const rows: [string, number][] = [
    ...became.answered.map(({ answer, count }): [string, number] => [`Answered: ${answer}`, count]),
    ["Typed something else that was not understood", became.unclear_again], ["Skipped the question", became.skipped],
    ["Did something else first", became.other], ["Left", became.left],
  ];
  return (
    <>
      <table class="list figures">
        <caption>{became.sessions === 1 ? "In the one talk" : `In the latest ${count_words(became.sessions)} talks`} with these words</caption>
        <thead><tr><th scope="col">Next</th><th scope="col" class="num">Times</th></tr></thead>
        <tbody>{rows.filter(([, count]) => count > 0).map(([words, count]) => <tr key={words}><th scope="row">{words}</th><td class="num">{count_words(count)}</td></tr>)}</tbody>
      </table>
      {became.times === 0 && <p class="hint">None of them has it at this question any more.</p>}
    </>
  );
}

function Accept({ row, again }: { row: InboxDetail; again: () => Promise<void> }): JSX.Element {
  const [option, set_option] = useState("");
  const [phrase, set_phrase] = useState(row.example || row.text);
  const [preview, set_preview] = useState<AcceptPreview | null>(null);
  const action = use_action();
  const ask = (save: boolean): void => void action.run(async () => {
    const answer = await send<AcceptPreview>("POST", `/inbox/${row.id}/accept`, { option, phrase: phrase.trim(), save });
    set_preview(answer);
    if (save) await again();
  }, save ? "Saved as a draft." : "");
  const forget = (): void => set_preview(null);
  return (
    <form onSubmit={(event) => {
      event.preventDefault();
      ask(false);
    }}>
      <div class="filter-row">
        <label class="field-label">These words
          <input class="input" required maxLength={200} value={phrase} onInput={(event) => {
            set_phrase(event.currentTarget.value);
            forget();
          }} />
        </label>
        <label class="field-label">mean
          <select class="input" required value={option} onChange={(event) => {
            set_option(event.currentTarget.value);
            forget();
          }}>
            <option value="">Choose an answer</option>
            {row.options.map(({ id, label }) => <option key={id} value={id}>{label}</option>)}
          </select>
        </label>
        <button class="button" disabled={action.busy}>See what would change</button>
      </div>
      <Said action={action} />
      {preview && <Preview preview={preview} action={action} on_save={() => ask(true)} />}
    </form>
  );
}

function Preview({ preview, action, on_save }: { preview: AcceptPreview; action: Action; on_save: () => void }): JSX.Element {
  const file = `data:application/json;charset=utf-8,${encodeURIComponent(preview.text)}`;
  return (
    <>
      <p>{preview.understood ? `“${preview.phrase}” is then read as: ${preview.reading ?? ""}.` : `“${preview.phrase}” would still not be read as this answer${preview.reading ? `, but as: ${preview.reading}` : ""}.`}</p>
      <Readings title={`${count_words(preview.changed)} of ${count_words(preview.texts)} texts that people typed are read differently`} list={preview.changes} />
      {preview.broken.length > 0 && <Readings title="Phrases that would lose their meaning" list={preview.broken} />}
      {preview.broken.length === 0 && <p class="hint">All {count_words(preview.phrases)} phrases that belong to answers of this question keep their meaning.</p>}
      {preview.diagnostics.filter(({ level }) => level === "error").map(({ line, message }) => <p key={message} class="problem">Line {line}: {message}</p>)}
      <div class="row">
        {preview.good && !preview.draft && <button type="button" class="button strong" disabled={action.busy} onClick={on_save}>Save as a draft</button>}
        {preview.draft && <a class="button" href={draft_address(preview.script, preview.draft)}>Open the draft</a>}
        <a class="button" href={file} download={`${preview.script}.json`}>Download the script</a>
      </div>
    </>
  );
}

function Readings({ title, list }: { title: string; list: ChangedReading[] }): JSX.Element {
  if (list.length === 0) return <p>{title}.</p>;
  return (
    <Scroll label={title}>
      <table class="list figures">
        <caption>{title}</caption>
        <thead><tr><th scope="col">Text</th><th scope="col">Read now</th><th scope="col">Read then</th><th scope="col" class="num">Times</th></tr></thead>
        <tbody>
          {list.map(({ text, before, after, count }) => (
            <tr key={text}><th scope="row" dir="auto">{text}</th><td>{before ?? "not understood"}</td><td>{after ?? "not understood"}</td><td class="num">{count_words(count)}</td></tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
