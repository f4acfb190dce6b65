// Questions that are answered by entering something: a number, a place on a scale, a text.
import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import type { ControlProps } from "./Control.tsx";
import { clean_text, number_words, read_number } from "./words.ts";

export function NumberEntryField({ question, labelled_by, busy, current, on_answer, on_say }: ControlProps): JSX.Element {
  const [text, set_text] = useState("");
  const [problem, set_problem] = useState("");
  const field = useId();
  const { min, max, unit, ranges = [] } = question;
  const send = (event: Event): void => {
    event.preventDefault();
    if (busy) return;
    const entry = read_number(text, question);
    if (entry.kind === "value") on_answer(entry.value);
    else if (entry.kind === "problem") set_problem(entry.text);
    else if (on_say) on_say(clean_text(text));
    else set_problem("Please enter a whole number, or a range such as 3000-5000.");
  };
  const limits = min !== undefined && max !== undefined ? `From ${number_words(min)} to ${number_words(max, unit)}. ` : "";
  return (
    <div role="group" aria-labelledby={labelled_by}>
      {ranges.length > 0 && (
        <div class="chips short">
          {ranges.map((range) => (
            <button
              type="button"
              class="chip"
              key={range.label}
              aria-disabled={busy}
              aria-current={current === range.label ? "true" : undefined}
              onClick={() => busy || on_answer({ min: range.min, max: range.max })}
            >
              <span class="chip-label">{range.label}</span>
            </button>
          ))}
        </div>
      )}
      <form class="entry" onSubmit={send} noValidate>
        <label htmlFor={field}>{ranges.length > 0 ? "Or a number of your own" : "Your number"}</label>
        <div class="entry-row">
          <input
            id={field}
            class="field"
            inputMode="numeric"
            autocomplete="off"
            value={text}
            aria-invalid={problem !== ""}
            aria-describedby={`${field}-hint`}
            onInput={(event) => {
              set_text(event.currentTarget.value);
              set_problem("");
            }}
          />
          {unit && <span class="unit">{unit}</span>}
          <button class="primary" aria-disabled={busy}>Answer</button>
        </div>
        <p class={problem ? "hint problem" : "hint"} id={`${field}-hint`} role={problem ? "alert" : undefined}>
          {problem || `${limits}A range such as 3000-5000 is fine.`}
        </p>
      </form>
    </div>
  );
}

export function Scale({ question, labelled_by, busy, current, on_answer }: ControlProps): JSX.Element {
  const min = question.min ?? 0;
  const max = question.max ?? 10;
  const steps = Array.from({ length: Math.max(0, max - min + 1) }, (_, index) => min + index);
  const before = steps.find((step) => current === String(step));
  const [chosen, choose] = useState<number | null>(before ?? null);
  const [asks, ask] = useState(false);
  const name = useId();
  const send = (event: Event): void => {
    event.preventDefault();
    if (busy) return;
    if (chosen === null) ask(true);
    else on_answer(chosen);
  };
  return (
    <form onSubmit={send} style={{ "--steps": steps.length }}>
      <div role="radiogroup" aria-labelledby={labelled_by} aria-describedby={`${name}-ends`} class="scale">
        {steps.map((step) => (
          <label key={step} class="scale-step">
            <input
              type="radio"
              name={name}
              value={step}
              checked={chosen === step}
              aria-disabled={busy}
              onClick={(event) => busy && event.preventDefault()}
              onChange={() => {
                choose(step);
                ask(false);
              }}
            />
            <span>{step}</span>
            {step === min && question.low && <span class="visually-hidden">: {question.low}</span>}
            {step === max && question.high && <span class="visually-hidden">: {question.high}</span>}
          </label>
        ))}
      </div>
      <p class="scale-ends" id={`${name}-ends`}>
        <span>{question.low && `${min} – ${question.low}`}</span>
        <span>{question.high && `${max} – ${question.high}`}</span>
      </p>
      <div class="row">
        <button class="primary" aria-disabled={busy}>Answer</button>
        {asks && <p class="hint problem" role="alert">Please choose a number first.</p>}
      </div>
    </form>
  );
}

export function TextEntry({ question, labelled_by, busy, current, on_answer }: ControlProps): JSX.Element {
  const [text, set_text] = useState(current ?? "");
  const [problem, set_problem] = useState("");
  const hint = useId();
  const limit = question.max_length ?? 500;
  const send = (event: Event): void => {
    event.preventDefault();
    if (busy) return;
    const cleaned = clean_text(text);
    if (cleaned === "") set_problem("Please write something first.");
    else if (cleaned.length > limit) set_problem(`Please shorten this to ${number_words(limit, "characters")}.`);
    else on_answer(cleaned);
  };
  return (
    <form class="entry" onSubmit={send}>
      <textarea
        class="field"
        rows={3}
        dir="auto"
        value={text}
        aria-labelledby={labelled_by}
        aria-describedby={hint}
        aria-invalid={problem !== ""}
        onInput={(event) => {
          set_text(event.currentTarget.value);
          set_problem("");
        }}
      />
      <div class="row">
        <button class="primary" aria-disabled={busy}>Answer</button>
        <p class={problem ? "hint problem" : "hint"} id={hint} role={problem ? "alert" : undefined}>
          {problem || `Up to ${number_words(limit, "characters")}.`}
        </p>
      </div>
    </form>
  );
}
