// The list of talks: searched and filtered by the address, page by page, kept up to date while one looks at it.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Analytics, Me, ScriptVersion, SessionList, SessionRow } from "./api.ts";
import { send } from "./api.ts";
import { use_live } from "./live.ts";
import { go, Heading, Outcome, Said, use_action, use_loaded, Waiting } from "./parts.tsx";
import { api_root, type Filters, read_filters, session_address, session_filters, with_filters, without } from "./url.ts";
import { count_words, duration_words, filter_words, id_words, short_hash, time_words } from "./words.ts";

const list_path = "/review/sessions";

/** The values that the filters offer: what there is in the store. */
interface Offers {
  outcomes: string[];
  channels: string[];
  questions: { id: string; label: string }[];
  scripts: ScriptVersion[];
  tags: { tag: string; sessions: number }[];
}

function use_offers(): Offers {
  const figures = use_loaded<Analytics>("/analytics").data;
  const scripts = use_loaded<{ scripts: ScriptVersion[] }>("/scripts").data;
  const tags = use_loaded<{ tags: Offers["tags"] }>("/tags").data;
  return {
    outcomes: [...new Set(figures?.outcomes.map(({ outcome }) => outcome).filter(Boolean))].sort(),
    channels: figures?.by_channel.map(({ channel }) => channel) ?? [],
    questions: figures?.questions.map(({ question, label }) => ({ id: question, label })) ?? [],
    scripts: scripts?.scripts.filter(({ sessions }) => sessions > 0) ?? [],
    tags: tags?.tags ?? [],
  };
}

export function Sessions({ me, search }: { me: Me; search: string }): JSX.Element {
  const filters = read_filters(search, session_filters);
  const cursor = read_filters(search, ["cursor"]);
  const list = use_loaded<SessionList>(with_filters("/sessions", { ...filters, ...cursor }));
  const offers = use_offers();
  const [live, set_live] = useState(true);
  const first_page = !cursor.cursor;
  const { again } = list;
  use_live(live && first_page, () => void again());
  const change = (next: Filters): void => go(with_filters(list_path, next));
  const { data } = list;
  return (
    <>
      <div class="page-head">
        <Heading key={cursor.cursor ?? ""} title="Sessions">Sessions</Heading>
        <p class="hint" role="status">{data ? (data.total !== null ? `${count_words(data.total)} found` : "") : ""}</p>
        <div class="page-tools">
          <label class="tick-label"><input type="checkbox" checked={live} onChange={(event) => set_live(event.currentTarget.checked)} /> Live</label>
          <a class="button" href={with_filters(`${api_root}/sessions.csv`, filters)} download="sessions.csv">CSV</a>
          <a class="button" href={with_filters(`${api_root}/sessions.json`, filters)} download="sessions.json">JSON</a>
        </div>
      </div>
      <FilterBar filters={filters} offers={offers} on_change={change} />
      <div class="saved"><Chips filters={filters} /><Saved me={me} filters={filters} /></div>
      {data ? <List list={data} /> : <Waiting problem={list.problem} again={() => void again()} />}
      {data && list.problem && <p class="problem" role="alert">{list.problem}</p>}
      <nav class="pager" aria-label="Parts of the list">
        {!first_page && <a class="button" href={with_filters(list_path, filters)}>Latest</a>}
        {data?.next && <a class="button" href={with_filters(list_path, { ...filters, cursor: data.next })}>Older</a>}
      </nav>
    </>
  );
}

function plain(values: string[]): { value: string; text: string }[] {
  return values.map((value) => ({ value, text: id_words(value) }));
}

function FilterBar({ filters, offers, on_change }: { filters: Filters; offers: Offers; on_change: (filters: Filters) => void }): JSX.Element {
  const [text, set_text] = useState(filters.q ?? "");
  useEffect(() => set_text(filters.q ?? ""), [filters.q]);
  const set = (name: string, value: string): void => on_change({ ...without(filters, name), ...(value !== "" && { [name]: value }) });
  const pick = (name: string, label: string, options: { value: string; text: string }[]): JSX.Element => {
    const value = filters[name] ?? "";
    const known = value === "" || options.some((option) => option.value === value);
    return (
      <label class="field-label">{label}
        <select class="input" value={value} onChange={(event) => set(name, event.currentTarget.value)}>
          <option value="">Any</option>
          {!known && <option value={value}>{value}</option>}
          {options.map((option) => <option key={option.value} value={option.value}>{option.text}</option>)}
        </select>
      </label>
    );
  };
  const type = (name: string, label: string, kind: "date" | "number" | "text"): JSX.Element => (
    <label class="field-label">{label}
      <input class="input" type={kind as "number"} min={0} value={filters[name] ?? ""} onChange={(event) => set(name, event.currentTarget.value.trim())} />
    </label>
  );
  const often = (
    <>
      {pick("outcome", "Result", plain(offers.outcomes))}
      {pick("firmness", "Firmness", plain(["clear", "leaning", "too_close"]))}
      {pick("state", "State", plain(["finished", "open"]))}
      {pick("tag", "Tag", offers.tags.map(({ tag, sessions }) => ({ value: tag, text: `${tag} (${sessions})` })))}
      {pick("channel", "Channel", plain(offers.channels))}
      {type("from", "From", "date")}
      {type("to", "Until", "date")}
    </>
  );
  const seldom = (
    <>
      {pick("left_at", "Left at", offers.questions.map(({ id, label }) => ({ value: id, text: label })))}
      {pick("script", "Script", plain([...new Set(offers.scripts.map(({ script }) => script))]))}
      {pick("script_version", "Version", offers.scripts.map(({ script, hash }) => ({ value: hash, text: `${script} ${short_hash(hash)}` })))}
      {pick("reviewed", "Reviewed", plain(["yes", "no"]))}
      {pick("rating", "Rating", plain(["1", "2", "3", "4", "5"]))}
      {type("locale", "Language", "text")}
      {type("min_duration", "Seconds, least", "number")}
      {type("max_duration", "Seconds, most", "number")}
    </>
  );
  const wide = matchMedia("(min-width: 48rem)").matches;
  const more = ["script", "script_version", "locale", "left_at", "reviewed", "rating", "min_duration", "max_duration"].some((name) => filters[name]);
  return (
    <form class="filters" role="search" aria-label="Sessions" onSubmit={(event) => {
      event.preventDefault();
      set("q", text.trim());
    }}>
      <div class="search">
        <input class="input" type="search" aria-label="Search what was said, or a session's id" placeholder="Search what was said, or a session’s id" value={text} onInput={(event) => set_text(event.currentTarget.value)} />
        <button class="button strong">Search</button>
      </div>
      {wide && <div class="filter-row">{often}</div>}
      <details open={(wide && more) || undefined}>
        <summary>{wide ? "More filters" : "Filters"}</summary>
        <div class="filter-row">{!wide && often}{seldom}</div>
      </details>
    </form>
  );
}

function Chips({ filters }: { filters: Filters }): JSX.Element | null {
  const entries = Object.entries(filters);
  if (entries.length === 0) return null;
  return (
    <ul class="chips-list" aria-label="Filters that are on">
      {entries.map(([name, value]) => (
        <li key={name}><a class="chip-link" href={with_filters(list_path, without(filters, name))}>{filter_words(name, value)}<span aria-hidden="true"> ×</span><span class="visually-hidden">, take away</span></a></li>
      ))}
      {entries.length > 1 && <li><a class="chip-link" href={list_path}>All off</a></li>}
    </ul>
  );
}

function Saved({ me, filters }: { me: Me; filters: Filters }): JSX.Element | null {
  const saved = use_loaded<{ filters: { name: string; query: string }[] }>("/filters");
  const action = use_action();
  const [name, set_name] = useState("");
  const may = me.role !== "viewer";
  const list = saved.data?.filters ?? [];
  const any = Object.keys(filters).length > 0;
  if (list.length === 0 && !(may && any)) return null;
  const save = (event: Event): void => {
    event.preventDefault();
    void action.run(async () => {
      await send("PUT", `/filters/${encodeURIComponent(name.trim())}`, { query: with_filters("", filters).slice(1) });
      set_name("");
      await saved.again();
    }, "Saved.");
  };
  return (
    <>
      {list.length > 0 && (
        <ul class="chips-list" aria-label="Saved filters">
          {list.map((filter) => (
            <li key={filter.name}>
              <a class="chip-link kept" href={with_filters(list_path, read_filters(filter.query, session_filters))}>{filter.name}</a>
              {may && <button type="button" class="icon-button" aria-label={`Remove the saved filter ${filter.name}`} onClick={() => void action.run(async () => {
                await send("DELETE", `/filters/${encodeURIComponent(filter.name)}`);
                await saved.again();
              })}>×</button>}
            </li>
          ))}
        </ul>
      )}
      {may && any && (
        <form class="inline-form" onSubmit={save}>
          <input class="input" aria-label="Name for these filters" placeholder="Save these filters as …" required maxLength={60} value={name} onInput={(event) => set_name(event.currentTarget.value)} />
          <button class="button" disabled={action.busy}>Save</button>
        </form>
      )}
      <Said action={action} />
    </>
  );
}

function List({ list }: { list: SessionList }): JSX.Element {
  const year = new Date().getUTCFullYear();
  if (list.sessions.length === 0 && !list.next) return <p class="empty">No session fits. Take a filter away, or look at another period.</p>;
  return (
    <table class="list sessions">
      <caption class="visually-hidden">Sessions, the latest first; times are UTC</caption>
      <thead>
        <tr><th scope="col">Began</th><th scope="col">Talk</th><th scope="col">Result</th><th scope="col" class="num wide">Turns</th><th scope="col" class="num wide">Took</th><th scope="col" class="wide">Channel</th><th scope="col" class="wide">Version</th><th scope="col" class="wide">Seen</th></tr>
      </thead>
      <tbody>{list.sessions.map((session) => <Row key={session.id} session={session} year={year} />)}</tbody>
    </table>
  );
}

function Row({ session, year }: { session: SessionRow; year: number }): JSX.Element {
  const marks = [
    session.edits > 0 && `${session.edits} changed`,
    session.flips > 0 && `${session.flips} flipped`,
    session.unclear > 0 && `${session.unclear} not understood`,
    session.unknown > 0 && `${session.unknown} unknown`,
    session.notes > 0 && (session.notes === 1 ? "1 note" : `${session.notes} notes`),
  ].filter(Boolean);
  return (
    <tr>
      <td class="when"><time dateTime={session.started_at}>{time_words(session.started_at, year)}</time></td>
      <td class="talk">
        <a href={session_address(session.id)} dir="auto">{session.opening || `Session ${session.id.slice(0, 8)}`}</a>
        <span class="under">
          {session.tags.map((tag) => <span key={tag} class="tag">{tag}</span>)}
          {marks.length > 0 && <span>{marks.join(" · ")}</span>}
        </span>
      </td>
      <td class="result-cell">
        <Outcome outcome={session.outcome} firmness={session.firmness} />
        {session.left_at && <span class="under">at {id_words(session.left_at)}</span>}
      </td>
      <td class="num wide">{session.turns}</td>
      <td class="num wide">{duration_words(session.duration_s * 1000)}</td>
      <td class="wide">{session.channel}<span class="under">{session.locale}</span></td>
      <td class="wide"><code>{short_hash(session.script_version)}</code><span class="under">{session.script}</span></td>
      <td class="wide">{session.reviewed ? <span title={`${session.reviewed.by}, ${time_words(session.reviewed.at)}`}>✓ {session.reviewed.by}</span> : ""}{session.rating !== null && <span class="under">{session.rating} of 5</span>}</td>
    </tr>
  );
}
