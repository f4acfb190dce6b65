// Figures over a period: how many start and finish, where they leave, what they end with; two script versions side by side.
import type { ComponentChildren, JSX } from "preact";
import type { Analytics as Data, Figures, QuestionFigures, ScriptVersion } from "./api.ts";
import { OverTime } from "./charts.tsx";
import { Bar, go, Heading, Scroll, Section, use_loaded, Waiting } from "./parts.tsx";
import { analytics_filters, api_root, type Filters, last_days, read_filters, with_filters, without } from "./url.ts";
import { count_words, difference_words, duration_words, firmness_words, id_words, mean_words, share_words, short_hash } from "./words.ts";

const path = "/review/analytics";

export function Analytics({ search }: { search: string }): JSX.Element {
  const filters = read_filters(search, analytics_filters);
  const loaded = use_loaded<Data>(with_filters("/analytics", filters));
  const { data } = loaded;
  return (
    <>
      <div class="page-head">
        <Heading title="Analytics">Analytics</Heading>
        <p class="hint" role="status">{data?.from ? `${data.from} to ${data.to ?? ""}, by when sessions began (UTC)` : ""}</p>
        <div class="page-tools"><a class="button" href={with_filters(`${api_root}/analytics`, filters)} download="analytics.json">JSON</a></div>
      </div>
      <Choose filters={filters} />
      {!data && <Waiting problem={loaded.problem} again={() => void loaded.again()} />}
      {data && loaded.problem && <p class="problem" role="alert">{loaded.problem}</p>}
      {data && data.started === 0 && !data.compare && <p class="empty">No session began in this period.</p>}
      {data && (data.started > 0 || data.compare) && <All data={data} filters={filters} />}
    </>
  );
}

function Choose({ filters }: { filters: Filters }): JSX.Element {
  const versions = use_loaded<{ scripts: ScriptVersion[] }>("/scripts").data?.scripts.filter(({ sessions }) => sessions > 0) ?? [];
  const channels = use_loaded<Data>("/analytics").data?.by_channel.map(({ channel }) => channel) ?? [];
  const set = (name: string, value: string): void => go(with_filters(path, { ...without(filters, name), ...(value !== "" && { [name]: value }) }));
  const version = (name: string, label: string, empty: string): JSX.Element => (
    <label class="field-label">{label}
      <select class="input" value={versions.find(({ hash }) => filters[name] && hash.startsWith(filters[name]))?.hash ?? ""} onChange={(event) => set(name, event.currentTarget.value)}>
        <option value="">{empty}</option>
        {versions.map(({ hash, script, sessions }) => <option key={hash} value={hash}>{`${script} ${short_hash(hash)} (${count_words(sessions)})`}</option>)}
      </select>
    </label>
  );
  const today = new Date();
  const period = (days: number): JSX.Element => {
    const span = last_days(days, today);
    return <a class="chip-link" href={with_filters(path, { ...filters, ...span })} aria-current={filters.from === span.from && filters.to === span.to ? "true" : undefined}>{days} days</a>;
  };
  return (
    <form class="filters" aria-label="Figures" onSubmit={(event) => event.preventDefault()}>
      <div class="filter-row">
        <label class="field-label">From<input class="input" type="date" value={filters.from ?? ""} onChange={(event) => set("from", event.currentTarget.value)} /></label>
        <label class="field-label">Until<input class="input" type="date" value={filters.to ?? ""} onChange={(event) => set("to", event.currentTarget.value)} /></label>
        {version("script_version", "Version", "All")}
        {version("compare", "Compare with", "Nothing")}
        <label class="field-label">Channel
          <select class="input" value={filters.channel ?? ""} onChange={(event) => set("channel", event.currentTarget.value)}>
            <option value="">All</option>
            {filters.channel && !channels.includes(filters.channel) && <option value={filters.channel}>{filters.channel}</option>}
            {channels.map((channel) => <option key={channel} value={channel}>{channel}</option>)}
          </select>
        </label>
      </div>
      <ul class="chips-list" aria-label="Periods">
        {[7, 30, 90].map((days) => <li key={days}>{period(days)}</li>)}
        <li><a class="chip-link" href={with_filters(path, without(without(filters, "from"), "to"))} aria-current={!filters.from && !filters.to ? "true" : undefined}>Everything</a></li>
      </ul>
    </form>
  );
}

function All({ data, filters }: { data: Data; filters: Filters }): JSX.Element {
  const { compare } = data;
  return (
    <>
      <Numbers data={data} compare={compare} />
      <div class="pair">
        <Section title="Outcomes"><Outcomes data={data} compare={compare} filters={filters} /></Section>
        <Section title="Over time"><OverTime figures={data} /></Section>
      </div>
      <Section title="Where people leave" aside={<span class="hint">question by question</span>}><Funnel data={data} compare={compare} filters={filters} /></Section>
      <div class="pair">
        <Section title="By channel"><Channels data={data} /></Section>
        <Section title="Not understood" aside={<a href="/review/inbox">Inbox</a>}><Unclear data={data} /></Section>
      </div>
      <Section title="Answers">{data.questions.filter(({ answers }) => answers.length > 0).map((question) => <Answers key={question.question} question={question} />)}</Section>
    </>
  );
}

type Compared = Figures | undefined;

function Numbers({ data, compare }: { data: Data; compare: Compared }): JSX.Element {
  const tile = (label: string, of: (figures: Figures) => number | null | undefined, words: (value: number) => string, under?: ComponentChildren): JSX.Element => {
    const value = of(data);
    return (
      <div class="tile">
        <dt>{label}</dt>
        <dd>{value === null || value === undefined ? "–" : words(value)}
          {compare ? <span class="under">{difference_words(value, of(compare), words)} against {valued(of(compare), words)}</span> : under && <span class="under">{under}</span>}
        </dd>
      </div>
    );
  };
  return (
    <dl class="tiles">
      {tile("Started", (figures) => figures.started, count_words)}
      {tile("Finished", (figures) => figures.completion, share_words, `${count_words(data.finished)} sessions`)}
      {tile("Time, mean", (figures) => figures.mean_duration_ms, duration_words)}
      {tile("Turns, mean", (figures) => figures.mean_turns, mean_words)}
      {tile("Answers changed", (figures) => figures.edits, count_words)}
      {tile("Results flipped", (figures) => figures.flips, count_words, `in ${count_words(data.flipped_sessions)} sessions`)}
      {tile("Not understood", (figures) => figures.unclear, count_words)}
      {tile("Rated", (figures) => figures.satisfaction?.mean, mean_words, data.satisfaction?.rated ? `of 5, ${count_words(data.satisfaction.rated)} ratings` : "no ratings yet")}
    </dl>
  );
}

function valued(value: number | null | undefined, words: (value: number) => string): string {
  return value === null || value === undefined ? "–" : words(value);
}

function Outcomes({ data, compare, filters }: { data: Data; compare: Compared; filters: Filters }): JSX.Element {
  const rows = data.outcomes.filter(({ outcome }) => outcome !== "").sort((left, right) => right.sessions - left.sessions);
  if (data.open > 0) rows.push({ outcome: "", firmness: "", sessions: data.open });
  const before = (outcome: string, firmness: string): number => outcome === "" ? (compare?.open ?? 0) : compare?.outcomes.find((row) => row.outcome === outcome && row.firmness === firmness)?.sessions ?? 0;
  const { compare: _, ...kept } = filters;
  const most = Math.max(1, ...rows.map(({ sessions }) => sessions));
  return (
    <table class="list figures">
      <caption class="visually-hidden">Sessions by result</caption>
      <thead><tr><th scope="col">Result</th><th scope="col"><span class="visually-hidden">Bar</span></th><th scope="col" class="num">Sessions</th><th scope="col" class="num">Share</th>{compare && <th scope="col" class="num">Other</th>}</tr></thead>
      <tbody>
        {rows.map(({ outcome, firmness, sessions }) => (
          <tr key={`${outcome} ${firmness}`}>
            <th scope="row"><a href={with_filters("/review/sessions", { ...kept, ...(outcome ? { outcome, firmness } : { state: "open" }) })}>{outcome ? `${id_words(outcome)}${firmness ? `, ${firmness_words(firmness)}` : ""}` : "still open"}</a></th>
            <td class="bar-cell"><Bar share={sessions / most} tone={outcome ? "ahead" : ""} /></td>
            <td class="num">{count_words(sessions)}</td>
            <td class="num">{share_words(data.started ? sessions / data.started : 0)}</td>
            {compare && <td class="num">{share_words(compare.started ? before(outcome, firmness) / compare.started : 0)}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Funnel({ data, compare, filters }: { data: Data; compare: Compared; filters: Filters }): JSX.Element {
  const most = Math.max(1, ...data.questions.map(({ reached }) => reached));
  const { compare: _, ...kept } = filters;
  return (
    <Scroll label="Where people leave">
      <table class="list figures funnel">
        <caption class="visually-hidden">For each question: how many reached, answered and left, and how long it took</caption>
        <thead><tr>
          <th scope="col">Question</th><th scope="col"><span class="visually-hidden">Bar</span></th><th scope="col" class="num">Reached</th><th scope="col" class="num">Answered</th><th scope="col" class="num">Left</th><th scope="col" class="num">Drop-off</th>
          {compare && <th scope="col" class="num">Other</th>}
          <th scope="col" class="num">Don’t know</th><th scope="col" class="num">Unclear</th><th scope="col" class="num">Changed</th><th scope="col" class="num">Median</th><th scope="col" class="num">Mean</th>
        </tr></thead>
        <tbody>
          {data.questions.map((row) => (
            <tr key={row.question}>
              <th scope="row">{row.label}</th>
              <td class="bar-cell"><Bar share={row.reached / most} tone="ahead" /></td>
              <td class="num">{count_words(row.reached)}</td>
              <td class="num">{count_words(row.answered)}</td>
              <td class="num">{row.left > 0 ? <a href={with_filters("/review/sessions", { ...kept, left_at: row.question })}>{count_words(row.left)}</a> : "0"}</td>
              <td class="num">{share_words(row.drop_off)}</td>
              {compare && <td class="num">{share_words(compare.questions.find(({ question }) => question === row.question)?.drop_off)}</td>}
              <td class="num">{share_words(row.unknown_share)}</td>
              <td class="num">{count_words(row.unclear)}</td>
              <td class="num">{count_words(row.changed)}</td>
              <td class="num">{duration_words(row.median_ms)}</td>
              <td class="num">{duration_words(row.mean_ms)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function Channels({ data }: { data: Data }): JSX.Element {
  return (
    <table class="list figures">
      <caption class="visually-hidden">Sessions by channel</caption>
      <thead><tr><th scope="col">Channel</th><th scope="col" class="num">Started</th><th scope="col" class="num">Finished</th><th scope="col" class="num">Share</th></tr></thead>
      <tbody>{data.by_channel.map(({ channel, started, finished }) => <tr key={channel}><th scope="row">{channel}</th><td class="num">{count_words(started)}</td><td class="num">{count_words(finished)}</td><td class="num">{share_words(started ? finished / started : 0)}</td></tr>)}</tbody>
    </table>
  );
}

function Unclear({ data }: { data: Data }): JSX.Element {
  if (data.unclear_texts.length === 0) return <p class="hint">Every text was understood.</p>;
  return (
    <table class="list figures">
      <caption class="visually-hidden">The most frequent texts that were not understood</caption>
      <thead><tr><th scope="col">Text</th><th scope="col">Question</th><th scope="col" class="num">Times</th></tr></thead>
      <tbody>{data.unclear_texts.map((row) => <tr key={row.id}><th scope="row" dir="auto">{row.example || row.text}</th><td>{row.question ? id_words(row.question) : ""}</td><td class="num">{count_words(row.count)}</td></tr>)}</tbody>
    </table>
  );
}

function Answers({ question }: { question: QuestionFigures }): JSX.Element {
  const answers = [...question.answers].sort((left, right) => right.count - left.count);
  const sum = Math.max(1, question.answered);
  return (
    <details class="answers-of">
      <summary>{question.label} <span class="hint">{count_words(question.answered)} answered, most often {answers[0]?.label}</span></summary>
      <table class="list figures">
        <caption class="visually-hidden">Answers to {question.label}</caption>
        <thead><tr><th scope="col">Answer</th><th scope="col"><span class="visually-hidden">Bar</span></th><th scope="col" class="num">Times</th><th scope="col" class="num">Share</th></tr></thead>
        <tbody>{answers.map(({ answer, label, count }) => <tr key={answer}><th scope="row">{id_words(label)}</th><td class="bar-cell"><Bar share={count / sum} tone="ahead" /></td><td class="num">{count_words(count)}</td><td class="num">{share_words(count / sum)}</td></tr>)}</tbody>
      </table>
    </details>
  );
}
