// Script versions with what ran on them.
import type { JSX } from "preact";
import type { ScriptVersion } from "./api.ts";
import { Heading, Scroll, use_loaded, Waiting } from "./parts.tsx";
import { with_filters } from "./url.ts";
import { count_words, short_hash, time_words } from "./words.ts";

export function Scripts(): JSX.Element {
  const loaded = use_loaded<{ scripts: ScriptVersion[] }>("/scripts");
  const list = loaded.data?.scripts;
  return (
    <>
      <div class="page-head"><Heading title="Scripts">Scripts</Heading><p class="hint">Each session stays with the version that it began with.</p></div>
      {!list && <Waiting problem={loaded.problem} again={() => void loaded.again()} />}
      {list && (
        <Scroll label="Script versions">
          <table class="list figures">
            <caption class="visually-hidden">Script versions, the latest first</caption>
            <thead><tr><th scope="col">Script</th><th scope="col">Version</th><th scope="col">Added</th><th scope="col" class="num">Sessions</th><th scope="col">First used</th><th scope="col">Last used</th><th scope="col">Look at</th></tr></thead>
            <tbody>
              {list.map(({ script, hash, added_at, sessions, first_used, last_used }) => (
                <tr key={hash}>
                  <th scope="row" class="whole">{script}</th>
                  <td><code title={hash}>{short_hash(hash)}</code></td>
                  <td class="when">{time_words(added_at)}</td>
                  <td class="num">{count_words(sessions)}</td>
                  <td class="when">{time_words(first_used)}</td>
                  <td class="when">{time_words(last_used)}</td>
                  <td>{sessions > 0 && <><a href={with_filters("/review/sessions", { script_version: hash })}>sessions<span class="visually-hidden"> of {script} {short_hash(hash)}</span></a>, <a href={with_filters("/review/analytics", { script_version: hash })}>figures<span class="visually-hidden"> of {script} {short_hash(hash)}</span></a></>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </>
  );
}
