// The place below the conversation where the pending question is answered, or a change is confirmed.
import type { JSX } from "preact";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Confirm, Early, Question, Value } from "../shared/protocol.ts";
import type { Client } from "./client.ts";
import { Control } from "./Control.tsx";
import { label_of } from "./view.ts";
import { do_not_know, value_words } from "./words.ts";

interface PanelProps {
  client: Client;
  question: Question;
  /** False when something was said since the question was asked: then the panel repeats its text. */
  just_asked: boolean;
  busy: boolean;
}

export function QuestionPanel({ client, question, just_asked, busy }: PanelProps): JSX.Element {
  const title = useId();
  const answer = (value: Value): void => {
    client.submit({ type: "answer", question: question.id, value }, value_words(question, value));
  };
  return (
    <div class="panel-inside">
      <p id={title} class={just_asked ? "visually-hidden" : "panel-title"}>{question.text}</p>
      <Control question={question} labelled_by={title} busy={busy} on_answer={answer} on_say={(text) => client.submit({ type: "say", text }, text)} />
      <Extras question={question} busy={busy} on_unknown={() => answer("unknown")} on_skip={() => client.submit({ type: "skip" }, "Skip")} />
    </div>
  );
}

/** Offers the result before the last question, or the questions that were left after it. */
export function EarlyOffer({ client, early, busy }: { client: Client; early: Early; busy: boolean }): JSX.Element {
  const [text, label] = early.stopped ? ["go on", "Answer the remaining questions"] : ["show me the result", "Show me the result"];
  const left = early.remaining === 1 ? "the last question" : `the last ${early.remaining} questions`;
  return (
    <div class="row extras early">
      <p class="hint">{early.stopped ? `You have skipped ${left}.` : `The outcome is certain without ${left}.`}</p>
      <button type="button" class="quiet" aria-disabled={busy} onClick={() => busy || client.submit({ type: "say", text }, label)}>{label}</button>
    </div>
  );
}

interface ExtrasProps {
  question: Question;
  busy: boolean;
  on_unknown: () => void;
  on_skip?: () => void;
}

/** What goes with every kind of question: not knowing, leaving it open, and what it is asked for. */
export function Extras({ question, busy, on_unknown, on_skip }: ExtrasProps): JSX.Element | null {
  const [open, set_open] = useState(false);
  const why = useId();
  if (!question.allow_unknown && !question.may_skip && !question.why) return null;
  return (
    <>
      <div class="row extras">
        {question.allow_unknown && <button type="button" class="quiet" aria-disabled={busy} onClick={() => busy || on_unknown()}>{do_not_know}</button>}
        {question.may_skip && on_skip && <button type="button" class="quiet" aria-disabled={busy} onClick={() => busy || on_skip()}>Skip</button>}
        {question.why && (
          <button type="button" class="quiet why" aria-expanded={open} aria-controls={why} onClick={() => set_open(!open)}>Why do you ask?</button>
        )}
      </div>
      <p id={why} class="why-text" hidden={!open}>{question.why}</p>
    </>
  );
}

interface ConfirmProps {
  client: Client;
  confirm: Confirm;
  busy: boolean;
}

/** The consequences of a change, before it is applied. */
export function ConfirmPanel({ client, confirm, busy }: ConfirmProps): JSX.Element {
  const title = useId();
  const question = client.state.questions[confirm.question];
  const words = question ? value_words(question, confirm.value) : String(confirm.value);
  const list = (ids: string[]): JSX.Element => <ul>{ids.map((id) => <li key={id}>{label_of(client.state, id)}</li>)}</ul>;
  return (
    <div class="panel-inside confirm" role="group" aria-labelledby={title}>
      <p id={title} class="panel-title">
        Change “{label_of(client.state, confirm.question)}” to <bdi>{words}</bdi>?
      </p>
      {confirm.dropped.length > 0 && <div class="consequence"><p>These answers no longer apply:</p>{list(confirm.dropped)}</div>}
      {confirm.asked.length > 0 && <div class="consequence"><p>These questions come instead:</p>{list(confirm.asked)}</div>}
      {confirm.kept.length > 0 && <p class="hint">{confirm.kept.length === 1 ? "One other answer stays as it is." : `${confirm.kept.length} other answers stay as they are.`}</p>}
      <div class="row">
        <button
          type="button"
          class="primary"
          aria-disabled={busy}
          onClick={() => busy || client.submit({ type: "change", question: confirm.question, value: confirm.value, confirm: true }, `${label_of(client.state, confirm.question)}: ${words}`)}
        >
          Apply the change
        </button>
        <button type="button" class="quiet" aria-disabled={busy} onClick={() => busy || client.submit({ type: "change", question: confirm.question, confirm: false }, "Keep it as it is")}>
          Keep it as it is
        </button>
      </div>
    </div>
  );
}

/** True for an element that takes part in keyboard focus. */
const focusable = "button, input, textarea, select, a[href], summary, [tabindex]";

interface FocusHolderProps {
  /** Changes whenever another thing is asked. */
  subject: string;
  /** Where the focus goes when nothing is left to ask. */
  next_focus: () => HTMLElement | null;
  /** True while the user's last act elsewhere (a changed answer) leads here. */
  claim: { current: boolean };
  children: JSX.Element | null;
}

/**
 * Keeps the keyboard where the user works: when the focus was on a control and that control goes away, it moves to the
 * first control that takes its place. It is never taken from another part of the page.
 */
export function FocusHolder({ subject, next_focus, claim, children }: FocusHolderProps): JSX.Element {
  const holder = useRef<HTMLDivElement>(null);
  const used = useRef(false);
  const first = useRef(true);
  useLayoutEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    const active = document.activeElement;
    const lost = active === null || active === document.body;
    const here = used.current && (lost || holder.current?.contains(active));
    const led_here = claim.current && !active?.matches("textarea");
    claim.current = false;
    if (!here && !led_here) return;
    const touch = window.matchMedia("(pointer: coarse)").matches;
    const control = holder.current?.querySelector<HTMLElement>(focusable) ?? next_focus();
    // On a touch screen the focus on a text field would raise the keyboard over the question.
    if (control && !(touch && control.matches("input:not([type=checkbox], [type=radio]), textarea"))) control.focus({ preventScroll: true });
  }, [subject]);
  return (
    <div
      class="panel"
      ref={holder}
      onFocusIn={() => {
        used.current = true;
      }}
      onFocusOut={(event) => {
        // Focus that moves elsewhere ends the claim; focus that vanishes with its control does not.
        if (event.relatedTarget instanceof Node && !holder.current?.contains(event.relatedTarget)) used.current = false;
      }}
      onPointerDown={() => {
        used.current = true;
      }}
    >
      {children}
    </div>
  );
}
