// What differs from another version, which results a version favours, and its tree.
import type { JSX } from "preact";
import { type CheckedScript, type ScriptChange, type ScriptDiff, type ScriptVersion, type Shares as SharesOf } from "./api.ts";
import { Bar, go, Scroll, Section, use_loaded, Waiting } from "./parts.tsx";
import { version_path } from "./ScriptPage.tsx";
import { api_root, read_filters, script_address, with_filters } from "./url.ts";
import { difference_words, id_words, share_words, short_hash } from "./words.ts";

interface ChangesProps {
  shown: ScriptVersion;
  list: ScriptVersion[];
  published: ScriptVersion | undefined;
  search: string;
}

export function Changes({ shown, list, published, search }: ChangesProps): JSX.Element {
  const others = list.filter(({ hash }) => hash !== shown.hash);
  const { against = "" } = read_filters(search, ["against"]);
  const before = others.find(({ hash }) => hash === against) ?? others.find(({ hash }) => hash === published?.hash) ?? others[0];
  const loaded = use_loaded<ScriptDiff>(before ? with_filters(`/scripts/${encodeURIComponent(shown.script)}/diff`, { from: before.hash, to: shown.hash }) : null);
  const diff = loaded.data;
  if (!before) return <p class="empty">There is no other version to compare with.</p>;
  return (
    <>
      <label class="field-inline compared">Compared with
        <select class="input" value={before.hash} onChange={(event) => go(script_address(shown.script, shown.hash, "changes", { against: event.currentTarget.value }))}>
          {others.map(({ hash, state }) => <option key={hash} value={hash}>{short_hash(hash)}, {state}</option>)}
        </select>
      </label>
      {!diff && <Waiting problem={loaded.problem} again={() => void loaded.again()} />}
      {diff?.changes && (
        <Section title="By meaning" aside={<span class="hint">{diff.changes.length === 0 ? "nothing" : `${diff.changes.length} ${diff.changes.length === 1 ? "change" : "changes"}`}</span>}>
          <ul class="change-list">{diff.changes.map((change, index) => <Change key={index} change={change} />)}</ul>
        </Section>
      )}
      {diff && (
        <Section title="By line" aside={diff.cut ? <span class="hint">the beginning; the rest is too long to show</span> : undefined}>
          {diff.hunks.length === 0 && <p>The texts are the same.</p>}
          {diff.hunks.map((hunk, index) => (
            <Scroll key={index} label={`Changed lines, part ${index + 1}`}>
              <table class="diff">
                <caption class="visually-hidden">Changed lines, part {index + 1}</caption>
                <thead class="visually-hidden"><tr><th scope="col">Line before</th><th scope="col">Line now</th><th scope="col">Text</th></tr></thead>
                <tbody>
                  {hunk.map((line, number) => (
                    <tr key={number} class={line.kind}>
                      <td class="num">{line.before ?? ""}</td>
                      <td class="num">{line.after ?? ""}</td>
                      <td><code>{line.kind !== "same" && <span class="visually-hidden">{line.kind}: </span>}<span aria-hidden="true">{line.kind === "added" ? "+ " : line.kind === "removed" ? "− " : "  "}</span>{line.text}</code></td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Scroll>
          ))}
        </Section>
      )}
    </>
  );
}

function Change({ change: { part, id, change, fields } }: { change: ScriptChange }): JSX.Element {
  return (
    <li>
      <p><span class={`badge change-${change}`}>{change}</span> {id_words(part)}{id && <> <code>{id}</code></>}</p>
      {change === "changed" || id === null
        ? <dl class="change-fields">{fields.map(({ field, before, after }) => <Field key={field} name={field || "value"} before={before} after={after} />)}</dl>
        : <details><summary>Its text</summary><dl class="change-fields">{fields.map(({ field, before, after }) => <Field key={field} name={field} before={before} after={after} />)}</dl></details>}
    </li>
  );
}

function Field({ name, before, after }: { name: string; before: string | null; after: string | null }): JSX.Element {
  return (
    <div>
      <dt>{id_words(name)}</dt>
      {before !== null && <dd class="removed"><span class="visually-hidden">before: </span><del dir="auto">{before}</del></dd>}
      {after !== null && <dd class="added"><span class="visually-hidden">now: </span><ins dir="auto">{after}</ins></dd>}
    </div>
  );
}

export function Shares({ shown, published, proof }: { shown: ScriptVersion; published: ScriptVersion | undefined; proof: CheckedScript["proof"] }): JSX.Element {
  const here = use_loaded<SharesOf>(`${version_path(shown.script, shown.hash)}/simulation`);
  const other = published && published.hash !== shown.hash ? published : undefined;
  const there = use_loaded<SharesOf>(other ? `${version_path(other.script, other.hash)}/simulation` : null).data;
  const shares = here.data;
  if (!shares) return <Waiting problem={here.problem} again={() => void here.again()} />;
  return (
    <>
      <Section title="What it favours" aside={<span class="hint">{shares.exact ? "exact, over all mixes of answers" : `from ${shares.samples} random talks`}</span>}>
        <p class="hint">Every answer counts the same: a measure of the script, not of the people who use it.{proof && proof.longest !== null && ` Every talk ends, after ${proof.shortest} to ${proof.longest} questions.`}</p>
        <Scroll label="Shares of the results">
          <table class="list figures">
            <caption class="visually-hidden">Shares of the results</caption>
            <thead><tr><th scope="col">Result</th><th scope="col"><span class="visually-hidden">Bar</span></th><th scope="col" class="num">Share</th>{there && <><th scope="col" class="num">Published</th><th scope="col" class="num">Change</th></>}</tr></thead>
            <tbody>
              {Object.entries(shares.outcomes).map(([id, share]) => (
                <tr key={id}>
                  <th scope="row">{shares.names[id] ?? id_words(id)}</th>
                  <td class="bar-cell"><Bar share={share} /></td>
                  <td class="num">{share_words(share)}</td>
                  {there && <><td class="num">{share_words(there.outcomes[id])}</td><td class="num">{difference_words(share, there.outcomes[id], share_words)}</td></>}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </Section>
      <Section title="Questions">
        <Scroll label="Questions">
          <table class="list figures">
            <caption class="visually-hidden">How often each question is asked, and whether it matters</caption>
            <thead><tr><th scope="col">Question</th><th scope="col" class="num">Asked in</th><th scope="col">Can change the result</th></tr></thead>
            <tbody>{shares.questions.map(({ question, label, asked, matters }) => <tr key={question}><th scope="row">{label}</th><td class="num">{share_words(asked)}</td><td>{matters ? "yes" : <b>never</b>}</td></tr>)}</tbody>
          </table>
        </Scroll>
      </Section>
    </>
  );
}

export function Tree({ shown }: { shown: ScriptVersion }): JSX.Element {
  const address = `${api_root}${version_path(shown.script, shown.hash)}/tree.svg`;
  return (
    <Section title="The tree" aside={<a class="button" href={address} target="_blank" rel="noopener">Open alone</a>}>
      <p class="hint">The questions in their order, from top to bottom, with the condition beside each one that is not always asked. The text view says the same in words.</p>
      <Scroll label="Picture of the tree"><img class="tree" src={address} alt={`Flow chart of the questions of ${shown.script}`} /></Scroll>
    </Section>
  );
}
