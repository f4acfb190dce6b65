// A talk on a version that is not stored anywhere: the page keeps what was said, the server answers it from the beginning.
import type { JSX } from "preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Question, Value } from "../shared/protocol.ts";
import { type PlayedTalk, type ScriptVersion, send } from "./api.ts";
import { Outcome, Section, use_action, Waiting } from "./parts.tsx";
import { version_path } from "./ScriptPage.tsx";

type Input = { type: "answer"; question: string; value: Value } | { type: "say"; text: string } | { type: "back" };

export function Play({ shown }: { shown: ScriptVersion }): JSX.Element {
  const [inputs, set_inputs] = useState<Input[]>([]);
  const [talk, set_talk] = useState<PlayedTalk | null>(null);
  const action = use_action();
  const end = useRef<HTMLLIElement>(null);
  const path = `${version_path(shown.script, shown.hash)}/play`;
  const { run } = action;
  const play = useCallback((next: Input[]): void => void run(async () => {
    set_talk(await send<PlayedTalk>("POST", path, { inputs: next }));
    set_inputs(next);
  }), [run, path]);
  useEffect(() => play([]), [play]);
  useEffect(() => end.current?.scrollIntoView({ block: "nearest" }), [talk]);
  if (!talk) return <Waiting problem={action.problem} again={() => play([])} />;
  const { question, recommendation } = talk.reply;
  const steps = talk.steps;
  return (
    <Section title="Play" class="talk-card play" aside={<span class="hint">nothing of it is stored or counted</span>}>
      <ol class="lines" aria-live="polite">
        {steps.flatMap((step, index) => [
          ...(step.said === null ? [] : [<Line key={`${index} said`} who="user" text={step.said} />]),
          ...step.messages.map(({ text }, number) => <Line key={`${index} ${number}`} who="advisor" text={text} />),
        ])}
        {question && <Line who="advisor" text={question.text} pending />}
        <li ref={end} aria-hidden="true" />
      </ol>
      {recommendation && <p class="row"><b>{recommendation.name}</b> <Outcome outcome={recommendation.outcome} firmness={recommendation.firmness} /></p>}
      <p class="problem" role="alert">{action.problem}</p>
      {question && <Answers key={`${steps.length} ${question.id}`} question={question} busy={action.busy} on_input={(input) => play([...inputs, input])} />}
      <p class="row">
        <button type="button" class="button" disabled={action.busy || inputs.length === 0} onClick={() => play(inputs.slice(0, -1))}>Take the last one back</button>
        <button type="button" class="button" disabled={action.busy || inputs.length === 0} onClick={() => play([])}>Begin again</button>
      </p>
    </Section>
  );
}

function Line({ who, text, pending = false }: { who: "user" | "advisor"; text: string; pending?: boolean }): JSX.Element {
  return (
    <li class={`line ${who}${pending ? " pending" : ""}`}>
      <div class="said-text"><span class="visually-hidden">{who === "user" ? "You: " : "The advisor: "}</span><span dir="auto">{text}</span></div>
    </li>
  );
}

/** The answers that a question offers, and a field for anything else. */
function Answers({ question, busy, on_input }: { question: Question; busy: boolean; on_input: (input: Input) => void }): JSX.Element {
  const [chosen, set_chosen] = useState<string[]>([]);
  const [text, set_text] = useState("");
  const give = (value: Value): void => on_input({ type: "answer", question: question.id, value });
  const ready: { label: string; value: Value }[] = [
    ...(question.kind === "choice" ? (question.options ?? []).map(({ id, label }) => ({ label, value: id })) : []),
    ...(question.kind === "boolean" ? [{ label: "Yes", value: true }, { label: "No", value: false }] : []),
    ...(question.ranges ?? []).map(({ label, min, max }) => ({ label, value: { min, max } })),
    ...(question.allow_unknown ? [{ label: "I don’t know", value: "unknown" }] : []),
  ];
  return (
    <>
      {question.kind === "multi" && (
        <fieldset class="ticks">
          <legend class="visually-hidden">{question.text}</legend>
          {(question.options ?? []).map(({ id, label }) => (
            <label key={id} class="tick-label"><input type="checkbox" checked={chosen.includes(id)} onChange={(event) => set_chosen(event.currentTarget.checked ? [...chosen, id] : chosen.filter((other) => other !== id))} /> {label}</label>
          ))}
          <button type="button" class="button" disabled={busy} onClick={() => give(chosen)}>Take these</button>
        </fieldset>
      )}
      {ready.length > 0 && <ul class="chips-list" aria-label="Answers">{ready.map(({ label, value }) => <li key={label}><button type="button" class="button" disabled={busy} onClick={() => give(value)}>{label}</button></li>)}</ul>}
      <form class="inline-form" onSubmit={(event) => {
        event.preventDefault();
        if (text.trim()) on_input({ type: "say", text });
      }}>
        <input class="input" aria-label="Say something" placeholder="Say it in your own words" maxLength={4000} value={text} onInput={(event) => set_text(event.currentTarget.value)} />
        <button class="button strong" disabled={busy}>Say</button>
      </form>
    </>
  );
}
