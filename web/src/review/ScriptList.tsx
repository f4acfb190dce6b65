// All versions of all scripts: drafts first, then what was ever offered, with who made them and what ran on them.
import type { JSX } from "preact";
import type { ScriptVersion } from "./api.ts";
import { Heading, Scroll, use_loaded, Waiting } from "./parts.tsx";
import { script_address, with_filters } from "./url.ts";
import { count_words, short_hash, time_words } from "./words.ts";

export function StateBadge({ state }: { state: ScriptVersion["state"] }): JSX.Element {
  return <span class={state === "published" ? "badge good" : state === "draft" ? "badge draft" : "badge open"}>{state}</span>;
}

export function Scripts(): JSX.Element {
  const loaded = use_loaded<{ scripts: ScriptVersion[] }>("/scripts");
  const list = loaded.data?.scripts;
  const ids = [...new Set(list?.map(({ script }) => script))].sort();
  return (
    <>
      <div class="page-head"><Heading title="Scripts">Scripts</Heading><p class="hint">Each session stays with the version that it began with.</p></div>
      {!list && <Waiting problem={loaded.problem} again={() => void loaded.again()} />}
      {list && ids.map((id) => (
        <section key={id} class="script-versions" aria-labelledby={`script-${id}`}>
          <h2 id={`script-${id}`}><a href={script_address(id)}>{id}</a></h2>
          <Scroll label={`Versions of ${id}`}>
            <table class="list figures">
              <caption class="visually-hidden">Versions of {id}, drafts first</caption>
              <thead><tr><th scope="col">Version</th><th scope="col">State</th><th scope="col">By</th><th scope="col">When</th><th scope="col">Note</th><th scope="col" class="num">Sessions</th><th scope="col">Last used</th><th scope="col">Look at</th></tr></thead>
              <tbody>{list.filter(({ script }) => script === id).map((version) => <Row key={version.hash} version={version} />)}</tbody>
            </table>
          </Scroll>
        </section>
      ))}
    </>
  );
}

function Row({ version }: { version: ScriptVersion }): JSX.Element {
  const { script, hash, state, author, note, added_at, published_at, sessions, last_used } = version;
  const whose = <span class="visually-hidden"> of {script} {short_hash(hash)}</span>;
  return (
    <tr>
      <th scope="row"><a href={script_address(script, hash)} title={hash}>{short_hash(hash)}</a></th>
      <td><StateBadge state={state} /></td>
      <td>{author}</td>
      <td class="when">{time_words(published_at ?? added_at)}</td>
      <td dir="auto" class="note-cell">{note}</td>
      <td class="num">{count_words(sessions)}</td>
      <td class="when">{time_words(last_used)}</td>
      <td>{sessions > 0 && <><a href={with_filters("/review/sessions", { script_version: hash })}>sessions{whose}</a>, <a href={with_filters("/review/analytics", { script_version: hash })}>figures{whose}</a></>}</td>
    </tr>
  );
}
