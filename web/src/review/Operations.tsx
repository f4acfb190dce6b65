// How the server is doing, and the log of every change.
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { AuditRow, Me, Operations } from "./api.ts";
import { BackUpNow, Delivery } from "./Delivery.tsx";
import { Heading, Scroll, Section, use_loaded, Waiting } from "./parts.tsx";
import { api_root, read_filters, session_address, with_filters } from "./url.ts";
import { bytes_words, count_words, duration_words, id_words, time_words } from "./words.ts";

const refresh_ms = 5000;

function Facts({ facts }: { facts: [string, string][] }): JSX.Element {
  return <dl class="pairs">{facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>;
}

export function OperationsPage({ me }: { me: Me }): JSX.Element {
  const { data, problem, again } = use_loaded<Operations>("/operations");
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") void again();
    }, refresh_ms);
    return () => clearInterval(timer);
  }, [again]);
  return (
    <>
      <div class="page-head">
        <Heading title="Operations">Operations</Heading>
        <div class="page-tools"><a class="button" href={`${api_root}/operations`} download="operations.json">JSON</a></div>
      </div>
      {problem && <p class="problem" role="alert">{problem}</p>}
      {!data && !problem && <Waiting problem="" />}
      {data && (
        <div class="cards">
          <Section title="Health" aside={<span class={data.status === "ok" ? "badge good" : "badge bad"}>{data.status === "ok" ? "ok" : id_words(data.status)}</span>}>
            <Facts facts={[["Version", data.version], ["Running for", duration_words(data.uptime_s * 1000)], ["Open connections", count_words(data.connections)]]} />
          </Section>
          <Section title="Storage">
            <Facts facts={[["Database", bytes_words(data.database.bytes)], ["Write-ahead log", bytes_words(data.database.log_bytes)], ["Free on disk", bytes_words(data.database.disk_free_bytes)]]} />
          </Section>
          <Section title="Counting" aside={<span class={data.counted.behind > 1000 ? "badge bad" : "badge good"}>{data.counted.behind > 1000 ? "behind" : "up to date"}</span>}>
            <Facts facts={[["Turns in the figures", count_words(data.counted.turns)], ["Still to count", count_words(data.counted.behind)]]} />
          </Section>
          <Section title="Backup" aside={data.backup ? undefined : <span class="badge bad">none proven</span>}>
            {data.backup
              ? <Facts facts={Object.entries(data.backup).map(([name, value]) => [id_words(name), /^\d{4}-\d\d-\d\dT/.test(value) ? `${time_words(value)} UTC` : value])} />
              : <p>No backup has been made and proven by opening it. Without one, a broken disk takes every talk with it.</p>}
            {me.role === "admin" && <BackUpNow done={again} />}
          </Section>
          <Delivery me={me} />
        </div>
      )}
    </>
  );
}

export function Audit({ search }: { search: string }): JSX.Element {
  const filters = read_filters(search, ["cursor"]);
  const { data, problem, again } = use_loaded<{ audit: AuditRow[]; next: string | null }>(with_filters("/audit", filters));
  return (
    <>
      <div class="page-head"><Heading key={filters.cursor ?? ""} title="Audit log">Audit log</Heading><p class="hint">Every change, who made it and when; the latest first, times in UTC.</p></div>
      {(!data || problem) && <Waiting problem={problem} again={() => void again()} />}
      {data && (
        <Scroll label="Changes">
          <table class="list">
            <caption class="visually-hidden">Changes</caption>
            <thead><tr><th scope="col">When</th><th scope="col">Who</th><th scope="col">What</th><th scope="col">Of</th><th scope="col">Detail</th></tr></thead>
            <tbody>
              {data.audit.map((row, index) => (
                <tr key={index}>
                  <td class="when">{time_words(row.at)}</td>
                  <td>{row.who}</td>
                  <td><code>{row.action}</code></td>
                  <td>{row.action.startsWith("session.") && row.action !== "session.delete" ? <a href={session_address(row.subject)}>{row.subject.slice(0, 8)}</a> : row.subject}</td>
                  <td>{row.detail}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      <nav class="pager" aria-label="Parts of the log">
        {filters.cursor && <a class="button" href="/review/audit">Latest</a>}
        {data?.next && <a class="button" href={with_filters("/review/audit", { cursor: data.next })}>Older</a>}
      </nav>
    </>
  );
}
