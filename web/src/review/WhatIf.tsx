// What-if: other answers or weights, and the result beside the original. Nothing of it is stored.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Question } from "../shared/protocol.ts";
import { type Analytics, type Answer, type LedgerLine, send, type SessionDetail, type WhatIf as Compared, type WhatIfResult } from "./api.ts";
import { Outcome, Section, use_action, use_loaded } from "./parts.tsx";
import { with_filters } from "./url.ts";
import { difference_words, id_words, typed_value, value_text } from "./words.ts";

/** The points of a rule for each option, where they are to be others. */
type Weights = Record<string, Record<string, number>>;

export function WhatIf({ session }: { session: SessionDetail }): JSX.Element {
  const action = use_action();
  const [answers, set_answers] = useState<Record<string, unknown>>({});
  const [weights, set_weights] = useState<Weights>({});
  const [compared, set_compared] = useState<Compared | null>(null);
  // Where the server does not say what a question offers, the answers that others gave to this version do.
  const figures = use_loaded<Analytics>(session.questions ? null : with_filters("/analytics", { script: session.script, script_version: session.script_version })).data;
  const changed = Object.keys(answers).length + Object.values(weights).reduce((sum, points) => sum + Object.keys(points).length, 0);
  const ask = async (wanted: Record<string, unknown>, weighed: Weights): Promise<void> => {
    await action.run(async () => set_compared(await send<Compared>("POST", `/sessions/${encodeURIComponent(session.id)}/what-if`, { answers: wanted, weights: weighed })));
  };
  const set_answer = (question: string, value: unknown, old: unknown): void => {
    const next = { ...answers, [question]: value };
    if (JSON.stringify(value) === JSON.stringify(old)) delete next[question];
    set_answers(next);
  };
  const reset = (): void => {
    set_answers({});
    set_weights({});
    set_compared(null);
  };
  return (
    <Section title="What if?" class="what-if" aside={<span class="hint">the record stays as it is</span>}>
      <form onSubmit={(event) => {
        event.preventDefault();
        void ask(answers, weights);
      }}>
        {(session.recommendation?.changes ?? []).length > 0 && (
          <details>
            <summary>Try what would change it</summary>
            <ul class="chips-list">
              {session.recommendation?.changes?.map(({ set, text }) => (
                <li key={text}><button type="button" class="chip-link" onClick={() => {
                  set_answers(set);
                  void ask(set, weights);
                }}>{text}</button></li>
              ))}
            </ul>
          </details>
        )}
        <div class="answer-grid">
          {session.answers.map((answer) => (
            <AnswerField key={answer.question} answer={answer} choices={choices_of(session.questions?.find(({ id }) => id === answer.question), figures?.questions.find(({ question }) => question === answer.question)?.answers ?? [], answer)}
              value={answer.question in answers ? answers[answer.question] : answer.value} changed={answer.question in answers}
              on_change={(value) => set_answer(answer.question, value, answer.value)} />
          ))}
        </div>
        {session.ledger.length > 0 && (
          <details>
            <summary>Weights of the rules</summary>
            <div class="answer-grid">
              {session.ledger.map((line) => <RuleFields key={line.rule} line={line} weights={weights[line.rule] ?? {}} name={(id) => option_words(session, id)} on_change={(points) => set_weights({ ...weights, [line.rule]: points })} />)}
            </div>
          </details>
        )}
        <div class="row">
          <button class="button strong" disabled={action.busy || changed === 0}>Show the result</button>
          {(changed > 0 || compared) && <button type="button" class="button" onClick={reset}>As it was</button>}
          <span class="hint">{changed > 0 ? (changed === 1 ? "1 change" : `${changed} changes`) : ""}</span>
        </div>
      </form>
      <p class="problem" role="alert">{action.problem}</p>
      <div role="status">{compared && <Beside compared={compared} session={session} />}</div>
    </Section>
  );
}

function RuleFields({ line, weights, name, on_change }: { line: LedgerLine; weights: Record<string, number>; name: (option: string) => string; on_change: (points: Record<string, number>) => void }): JSX.Element {
  return (
    <fieldset class="field-label rule-fields">
      <legend title={line.because}>{id_words(line.rule)}</legend>
      {Object.entries(line.points).map(([option, points]) => (
        <label key={option} class={option in weights ? "field-label changed" : "field-label"}>{name(option)}
          <input class="input" type="number" step={1} min={-1000} max={1000} value={weights[option] ?? points} onInput={(event) => {
            const { [option]: _, ...rest } = weights;
            const wanted = event.currentTarget.valueAsNumber;
            on_change(Number.isNaN(wanted) || wanted === points ? rest : { ...rest, [option]: wanted });
          }} />
        </label>
      ))}
    </fieldset>
  );
}

function option_words(session: SessionDetail, id: string): string {
  return session.recommendation?.options.find((option) => option.id === id)?.name ?? id_words(id);
}

type Choices = { value: unknown; label: string }[] | null;

function AnswerField({ answer, choices, value, changed, on_change }: { answer: Answer; choices: Choices; value: unknown; changed: boolean; on_change: (value: unknown) => void }): JSX.Element {
  const label = answer.label || id_words(answer.question);
  const text = value_text(value);
  if (choices && Array.isArray(answer.value)) {
    const chosen: unknown[] = Array.isArray(value) ? value : [];
    return (
      <fieldset class={changed ? "field-label ticks changed" : "field-label ticks"}>
        <legend>{label}{changed && <span class="visually-hidden"> (changed)</span>}</legend>
        {choices.map((choice) => (
          <label key={value_text(choice.value)} class="tick-label">
            <input type="checkbox" checked={chosen.includes(choice.value)} onChange={(event) => {
              const rest = chosen.filter((other) => other !== choice.value);
              on_change(event.currentTarget.checked ? [...rest, choice.value] : rest);
            }} /> {choice.label}
          </label>
        ))}
      </fieldset>
    );
  }
  return (
    <label class={changed ? "field-label changed" : "field-label"}>{label}{changed && <span class="visually-hidden"> (changed)</span>}
      {choices
        ? <select class="input" value={text} onChange={(event) => on_change(choices.find((choice) => value_text(choice.value) === event.currentTarget.value)?.value ?? null)}>
            {!choices.some((choice) => value_text(choice.value) === text) && <option value={text}>{text === "" ? "not answered" : id_words(text)}</option>}
            {choices.map((choice) => <option key={value_text(choice.value)} value={value_text(choice.value)}>{choice.label}</option>)}
            <option value="">not answered</option>
          </select>
        : <input class="input" value={text} onInput={(event) => on_change(typed_value(event.currentTarget.value, answer.value))} />}
    </label>
  );
}

/** The values to choose from; null where the answer is typed. `seen` are the answers that people gave. */
function choices_of(question: Question | undefined, seen: { answer: string; label: string }[], answer: Answer): Choices {
  const unknown = question?.allow_unknown ? [{ value: "unknown", label: "Don’t know" }] : [];
  if (question?.kind === "multi") return (question.options ?? []).map(({ id, label }) => ({ value: id, label }));
  if (question?.kind === "choice") return [...(question.options ?? []).map(({ id, label }) => ({ value: id, label })), ...unknown];
  if (question?.kind === "boolean" || (!question && typeof answer.value === "boolean")) {
    return [{ value: true, label: "Yes" }, { value: false, label: "No" }, ...unknown];
  }
  if (question) return null;
  const given = Array.isArray(answer.value) ? answer.value : [answer.value];
  const chosen = given.every((value) => seen.some((entry) => entry.answer === value && entry.label !== entry.answer));
  return chosen ? seen.map((entry) => ({ value: entry.answer, label: id_words(entry.label) })) : null;
}

function SideResult({ side }: { side: WhatIfResult }): JSX.Element {
  return side.pending ? <span>asks {id_words(side.pending)}</span> : <Outcome outcome={side.outcome} firmness={side.firmness} />;
}

function Beside({ compared, session }: { compared: Compared; session: SessionDetail }): JSX.Element {
  const { original, what_if, same_outcome, dropped } = compared;
  const options = Object.keys(original.scores);
  return (
    <>
      <p class={same_outcome ? "verdict-line" : "verdict-line flips"}>{what_if.pending ? "The talk would go on." : same_outcome ? "The same result." : "Another result."}</p>
      <table class="list figures">
        <caption class="visually-hidden">The result beside the original</caption>
        <thead><tr><th scope="col"><span class="visually-hidden">Figure</span></th><th scope="col" class="num">As it was</th><th scope="col" class="num">What if</th><th scope="col" class="num">Change</th></tr></thead>
        <tbody>
          <tr><th scope="row">Result</th><td class="num"><SideResult side={original} /></td><td class="num"><SideResult side={what_if} /></td><td class="num">{same_outcome ? "none" : "another"}</td></tr>
          {options.map((id) => (
            <tr key={id}><th scope="row">{option_words(session, id)}</th><td class="num">{original.scores[id]}</td><td class="num">{what_if.scores[id]}</td><td class="num">{difference_words(what_if.scores[id], original.scores[id], String)}</td></tr>
          ))}
        </tbody>
      </table>
      {dropped.length > 0 && <p class="hint">No longer asked: {dropped.map(id_words).join(", ")}.</p>}
    </>
  );
}
