// Past talks on a version: which results would be others and because of which answer, and which talks no longer fit.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type Me, type ReplayJob, type ScriptVersion, send } from "./api.ts";
import { go, Scroll, Section, use_action, use_loaded, Waiting } from "./parts.tsx";
import { version_path } from "./ScriptPage.tsx";
import { read_filters, script_address, session_address, with_filters } from "./url.ts";
import { count_words, id_words, share_words } from "./words.ts";

const look_again_ms = 400;
/** Which talks are meant: some of the filters of the list. */
const words = [{ name: "q", label: "With the words" }, { name: "outcome", label: "With the result" }] as const;
const days = [{ name: "from", label: "Began from" }, { name: "to", label: "Until" }] as const;
const limits = [1000, 10_000, 200_000];

export function Replay({ me, shown, search }: { me: Me; shown: ScriptVersion; search: string }): JSX.Element {
  const { job = "" } = read_filters(search, ["job"]);
  const [filters, set_filters] = useState({ q: "", outcome: "", from: "", to: "" });
  const [limit, set_limit] = useState(10_000);
  const action = use_action();
  const begin = (event: Event): void => {
    event.preventDefault();
    void action.run(async () => {
      const filter = with_filters("", filters).slice(1);
      const { id } = await send<ReplayJob>("POST", `${version_path(shown.script, shown.hash)}/replay`, { filter, limit });
      go(script_address(shown.script, shown.hash, "replay", { job: id }));
    });
  };
  return (
    <>
      <Section title="Past talks on this version">
        <p class="hint">Each talk is played again with the person’s own words. Nothing of it is stored.</p>
        {me.role === "viewer"
          ? <p>An editor can start a replay; its address can be shared with you.</p>
          : (
            <form class="filter-row" onSubmit={begin}>
              {words.map(({ name, label }) => <label key={name} class="field-label">{label}<input class="input" value={filters[name]} onInput={(event) => set_filters({ ...filters, [name]: event.currentTarget.value })} /></label>)}
              {days.map(({ name, label }) => <label key={name} class="field-label">{label}<input class="input" type="date" value={filters[name]} onInput={(event) => set_filters({ ...filters, [name]: event.currentTarget.value })} /></label>)}
              <label class="field-label">At most
                <select class="input" value={String(limit)} onChange={(event) => set_limit(Number(event.currentTarget.value))}>{limits.map((count) => <option key={count} value={count}>{count_words(count)} talks</option>)}</select>
              </label>
              <button class="button strong" disabled={action.busy}>Replay</button>
            </form>
          )}
        <p class="problem" role="alert">{action.problem}</p>
      </Section>
      {job && <Job key={job} id={job} may_stop={me.role !== "viewer"} />}
    </>
  );
}

function Job({ id, may_stop }: { id: string; may_stop: boolean }): JSX.Element {
  const path = `/replays/${encodeURIComponent(id)}`;
  const { data, problem, again } = use_loaded<ReplayJob>(path);
  const under_way = data?.state === "waiting" || data?.state === "running";
  useEffect(() => {
    if (!under_way) return undefined;
    const timer = setInterval(() => void again(), look_again_ms);
    return () => clearInterval(timer);
  }, [under_way, again]);
  if (!data) return <Waiting problem={problem} again={() => void again()} />;
  return (
    <>
      <div role="status">
        {under_way && <p>{data.state === "waiting" ? "Waits for another replay." : `${count_words(data.looked)}${data.total !== null ? ` of ${count_words(data.total)}` : ""} talks looked at.`}</p>}
        {data.state === "failed" && <p class="problem">The replay failed; the server’s log says why.</p>}
        {data.state === "cancelled" && <p>Stopped after {count_words(data.sessions)} talks; what was found until then is below.</p>}
        {data.state === "done" && <p class="visually-hidden">The replay is done.</p>}
      </div>
      {under_way && (
        <p class="row">
          <progress aria-label="Talks looked at" value={data.looked} max={data.total ?? undefined} />
          {may_stop && <button type="button" class="button" onClick={() => void send("DELETE", path).catch(() => null)}>Stop</button>}
        </p>
      )}
      {data.flips && data.misfits && <Report job={data} />}
    </>
  );
}

function Report({ job }: { job: ReplayJob }): JSX.Element {
  const { sessions = 0, same = 0, other_firmness = 0, open = 0, flips, misfits } = job;
  const finished = sessions - open;
  const share = (count: number): string => (finished > 0 ? share_words(count / finished) : "");
  const tiles: [string, number, string][] = [
    ["Same result", same, share(same)], ["Another result", flips?.count ?? 0, share(flips?.count ?? 0)],
    ["No longer fit", misfits?.count ?? 0, share(misfits?.count ?? 0)], ["Never finished", open, ""],
  ];
  return (
    <>
      <dl class="tiles">{tiles.map(([name, count, part]) => <div key={name} class="tile"><dt>{name}</dt><dd>{count_words(count)}</dd><dd class="hint">{part}</dd></div>)}</dl>
      {other_firmness > 0 && <p class="hint">{count_words(other_firmness)} of those with the same result have another firmness.</p>}
      {flips && flips.count > 0 && <Flips flips={flips} />}
      {misfits && misfits.count > 0 && <Misfits misfits={misfits} />}
    </>
  );
}

function Flips({ flips }: { flips: NonNullable<ReplayJob["flips"]> }): JSX.Element {
  return (
    <Section title="Results that change" aside={flips.count > flips.sessions.length ? <span class="hint">the first {count_words(flips.sessions.length)} talks</span> : undefined}>
      <Scroll label="Results that change, by reason">
        <table class="list figures">
          <caption>By reason</caption>
          <thead><tr><th scope="col">From</th><th scope="col">To</th><th scope="col">Because of</th><th scope="col">Rules</th><th scope="col" class="num">Talks</th></tr></thead>
          <tbody>{flips.groups.map(({ from, to, question, rules, count }, index) => <tr key={index}><th scope="row">{id_words(from)}</th><td>{id_words(to)}</td><td>{question ? id_words(question) : "no single answer"}</td><td>{rules.map((rule) => <code key={rule}>{rule} </code>)}</td><td class="num">{count_words(count)}</td></tr>)}</tbody>
        </table>
      </Scroll>
      <Scroll label="Talks with another result" tall>
        <table class="list figures">
          <caption>Talks</caption>
          <thead><tr><th scope="col">Talk</th><th scope="col">From</th><th scope="col">To</th><th scope="col">Because of</th></tr></thead>
          <tbody>{flips.sessions.map(({ session, from, to, question, answer, reason }) => <tr key={session}><th scope="row"><a href={session_address(session)}>{session.slice(0, 8)}</a></th><td>{id_words(from)}</td><td>{id_words(to)}</td><td dir="auto">{question ? <>{id_words(question)}: {answer}</> : reason}</td></tr>)}</tbody>
        </table>
      </Scroll>
    </Section>
  );
}

function Misfits({ misfits }: { misfits: NonNullable<ReplayJob["misfits"]> }): JSX.Element {
  return (
    <Section title="Talks that no longer fit" aside={misfits.count > misfits.sessions.length ? <span class="hint">the first {count_words(misfits.sessions.length)}</span> : undefined}>
      <Scroll label="Talks that no longer fit" tall>
        <table class="list figures">
          <caption class="visually-hidden">Talks that no longer fit</caption>
          <thead><tr><th scope="col">Talk</th><th scope="col">Question</th><th scope="col">Why</th></tr></thead>
          <tbody>{misfits.sessions.map(({ session, question, reason }) => <tr key={session}><th scope="row"><a href={session_address(session)}>{session.slice(0, 8)}</a></th><td>{question ? id_words(question) : ""}</td><td dir="auto">{reason}</td></tr>)}</tbody>
        </table>
      </Scroll>
    </Section>
  );
}
