// One talk on another version of its script, beside what it was.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { type ScriptVersion, send, type SessionDetail, type SessionReplay } from "./api.ts";
import { Outcome, Section, use_action, use_loaded } from "./parts.tsx";
import { with_filters } from "./url.ts";
import { id_words, short_hash } from "./words.ts";

export function OnOtherVersion({ session }: { session: SessionDetail }): JSX.Element | null {
  const versions = use_loaded<{ scripts: ScriptVersion[] }>(with_filters("/scripts", { script: session.script })).data;
  const others = versions?.scripts.filter(({ hash }) => hash !== session.script_version) ?? [];
  const [wanted, set_wanted] = useState("");
  const [result, set_result] = useState<SessionReplay | null>(null);
  const action = use_action();
  const version = wanted || others[0]?.hash;
  if (!version) return null;
  const replay = (event: Event): void => {
    event.preventDefault();
    void action.run(async () => set_result(await send<SessionReplay>("POST", `/sessions/${encodeURIComponent(session.id)}/replay`, { version })));
  };
  return (
    <Section title="On another version" aside={<span class="hint">the record stays as it is</span>}>
      <form class="inline-form" onSubmit={replay}>
        <select class="input" aria-label="Version" value={version} onChange={(event) => {
          set_wanted(event.currentTarget.value);
          set_result(null);
        }}>
          {others.map(({ hash, state, note }) => <option key={hash} value={hash}>{short_hash(hash)}, {state}{note && `: ${note.slice(0, 30)}`}</option>)}
        </select>
        <button class="button strong" disabled={action.busy}>Replay</button>
      </form>
      <p class="problem" role="alert">{action.problem}</p>
      <div role="status">{result && <Compared result={result} />}</div>
    </Section>
  );
}

const verdicts: Record<SessionReplay["kind"], string> = { same: "The same result.", flip: "Another result.", misfit: "The talk no longer fits.", open: "The talk was never finished." };

function Compared({ result: { kind, before, firmness_before, after, firmness_after, cause, misfit } }: { result: SessionReplay }): JSX.Element {
  return (
    <>
      <p class={kind === "flip" || kind === "misfit" ? "verdict-line flips" : "verdict-line"}>{verdicts[kind]}</p>
      {before && after && <p class="row"><Outcome outcome={before} firmness={firmness_before} /> <span>→<span class="visually-hidden"> becomes</span></span> <Outcome outcome={after} firmness={firmness_after} /></p>}
      {cause && <p dir="auto">{cause.question ? <>Because of <b>{id_words(cause.question)}</b>: {cause.answer}</> : cause.reason}{cause.rules.length > 0 && <> (rules {cause.rules.join(", ")})</>}</p>}
      {misfit && <p dir="auto">{misfit.reason}</p>}
    </>
  );
}
