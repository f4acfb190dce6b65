// Questions that are answered by pressing: one of a list, several of a list, yes or no.
import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { CheckIcon } from "../shared/icons.tsx";
import type { Choice } from "../shared/protocol.ts";
import type { ControlProps } from "./Control.tsx";
import { none_of_these } from "./words.ts";

interface ChipProps {
  label: string;
  help?: string | undefined;
  busy: boolean;
  current: boolean;
  chosen: boolean;
  on_press: () => void;
}

/** `aria-disabled` and not `disabled`: a disabled button would drop the keyboard focus. */
function Chip({ label, help, busy, current, chosen, on_press }: ChipProps): JSX.Element {
  return (
    <button
      type="button"
      class={chosen ? "chip chosen" : "chip"}
      aria-disabled={busy}
      aria-current={current ? "true" : undefined}
      onClick={() => busy || on_press()}
    >
      <span class="chip-label">{label}</span>
      {help && <span class="chip-help">{help}</span>}
      {current && <span class="chip-help">Your answer so far</span>}
    </button>
  );
}

export function SingleChoice({ question, labelled_by, busy, current, on_answer }: ControlProps): JSX.Element {
  const [chosen, choose] = useState<string | null>(null);
  const options = question.options ?? [];
  return (
    <div class={grid_class(options)} role="group" aria-labelledby={labelled_by}>
      {options.map((option) => (
        <Chip
          key={option.id}
          label={option.label}
          help={option.help}
          busy={busy}
          current={current === option.label}
          chosen={busy && chosen === option.id}
          on_press={() => {
            choose(option.id);
            on_answer(option.id);
          }}
        />
      ))}
    </div>
  );
}

export function YesNo({ labelled_by, busy, current, on_answer }: ControlProps): JSX.Element {
  const [chosen, choose] = useState<boolean | null>(null);
  return (
    <div class="chips short" role="group" aria-labelledby={labelled_by}>
      {[true, false].map((value) => (
        <Chip
          key={String(value)}
          label={value ? "Yes" : "No"}
          busy={busy}
          current={current === (value ? "Yes" : "No")}
          chosen={busy && chosen === value}
          on_press={() => {
            choose(value);
            on_answer(value);
          }}
        />
      ))}
    </div>
  );
}

export function Several({ question, labelled_by, busy, current, on_answer }: ControlProps): JSX.Element {
  const options = question.options ?? [];
  const before = new Set(current?.split("; "));
  const [ticked, tick] = useState<ReadonlySet<string>>(() => new Set(options.filter(({ label }) => before.has(label)).map(({ id }) => id)));
  const [asks_for_one, ask_for_one] = useState(false);
  const hint = useId();
  const toggle = (id: string, on: boolean): void => {
    const next = new Set(ticked);
    if (on) next.add(id);
    else next.delete(id);
    tick(next);
    ask_for_one(false);
  };
  const done = (): void => {
    if (busy) return;
    const chosen = options.filter(({ id }) => ticked.has(id)).map(({ id }) => id);
    if (chosen.length > 0) on_answer(chosen);
    else ask_for_one(true);
  };
  return (
    <div role="group" aria-labelledby={labelled_by} aria-describedby={hint}>
      <p class="hint" id={hint} role={asks_for_one ? "alert" : undefined}>
        {asks_for_one ? `Choose at least one, or “${none_of_these}”.` : "Choose all that apply."}
      </p>
      <div class={grid_class(options)}>
        {options.map((option) => (
          <label key={option.id} class="chip tick">
            <input
              type="checkbox"
              checked={ticked.has(option.id)}
              aria-disabled={busy}
              onClick={(event) => busy && event.preventDefault()}
              onChange={(event) => toggle(option.id, event.currentTarget.checked)}
            />
            <span class="tick-box" aria-hidden="true"><CheckIcon /></span>
            <span>
              <span class="chip-label">{option.label}</span>
              {option.help && <span class="chip-help">{option.help}</span>}
            </span>
          </label>
        ))}
      </div>
      <div class="row">
        <button type="button" class="primary" aria-disabled={busy} onClick={done}>
          Done{ticked.size > 0 && <span> ({ticked.size})</span>}
        </button>
        <button type="button" class="quiet" aria-disabled={busy} onClick={() => busy || on_answer([])}>{none_of_these}</button>
      </div>
    </div>
  );
}

function grid_class(options: Choice[]): string {
  const short = options.every(({ label, help }) => label.length <= 14 && !help);
  return short ? "chips short" : "chips";
}
