// The chat page: header, conversation, the pending question, the result, and the text input.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { DownIcon } from "../shared/icons.tsx";
import type { Client } from "./client.ts";
import { Composer } from "./Composer.tsx";
import { Header } from "./Header.tsx";
import { load_result, type ResultComponent } from "./lazy.ts";
import { FactsPanel } from "./FactsPanel.tsx";
import { ConfirmPanel, EarlyOffer, FocusHolder, QuestionPanel } from "./Panel.tsx";
import { use_following } from "./scroll.ts";
import { may_submit } from "./state.ts";
import { ask_again, type Editing, Transcript } from "./Transcript.tsx";
import { can_change } from "./view.ts";

const page_title = "Stack Advisor";

export function Chat({ client }: { client: Client }): JSX.Element {
  const [, redraw] = useState(0);
  useEffect(() => client.subscribe(() => redraw((count) => count + 1)), [client]);
  const { state } = client;
  const { head } = state;
  const [editing, edit] = useState<Editing | null>(null);
  const [Result, set_result] = useState<ResultComponent | null>(null);
  const result_heading = useRef<HTMLHeadingElement>(null);
  const claim = useRef(false);
  const busy = !may_submit(state);
  const finished = head.question === null && head.recommendation !== null;
  // An answer that no longer counts cannot be edited, so its input closes.
  const open_editor = editing && can_change(state, editing.question) ? editing : null;
  const following = use_following(`${state.turns.length}/${head.seq}`, `${state.outbox[0]?.frame.id}`, finished && Result !== null && !head.confirm);

  const begun = state.known > 0;
  useEffect(() => {
    if (begun) load_result((component) => set_result(() => component));
  }, [begun]);

  useEffect(() => {
    document.title = finished && head.recommendation ? `${head.recommendation.name} – ${page_title}` : page_title;
  }, [finished, head.recommendation?.name]);

  const subject = head.confirm ? `confirm-${head.seq}` : head.facts.length > 0 ? `facts-${head.seq}` : (head.question?.id ?? "") + state.turns.filter(({ user }) => user?.question).length;
  return (
    <div class="page">
      <Header client={client} />
      <main lang={state.session?.language}>
        <div class="column">
          {state.turns.length > 0 && <Transcript client={client} busy={busy} editing={open_editor} on_edit={edit} on_changed={() => (claim.current = true)} />}
          {state.turns.length === 0 && !state.refused && <p class="opening" role="status">One moment…</p>}
          {state.refused && <Refused client={client} />}
          <FocusHolder subject={subject} next_focus={() => result_heading.current} claim={claim}>
            {head.confirm ? (
              <ConfirmPanel key={subject} client={client} confirm={head.confirm} busy={busy} />
            ) : head.facts.length > 0 ? (
              <FactsPanel key={subject} client={client} facts={head.facts} busy={busy} />
            ) : head.question ? (
              <>
                <QuestionPanel key={subject} client={client} question={head.question} just_asked={just_asked(client)} busy={busy} />
                {head.early && <EarlyOffer client={client} early={head.early} busy={busy} />}
              </>
            ) : head.early ? (
              <EarlyOffer key={subject} client={client} early={head.early} busy={busy} />
            ) : null}
          </FocusHolder>
        </div>
        {finished && head.recommendation && Result && (
          <Result
            recommendation={head.recommendation}
            heading={result_heading}
            can_change={(question) => !busy && can_change(state, question)}
            on_change={(question) => ask_again(client, question, edit)}
          />
        )}
      </main>
      <footer class="dock">
        <div class="column">
          {following.behind && (
            <button type="button" class="newest" onClick={following.catch_up}><DownIcon />Newest message</button>
          )}
          <Banner client={client} />
          <Composer client={client} />
        </div>
      </footer>
    </div>
  );
}

/** Whether the pending question is the last thing that was said. */
function just_asked({ state }: Client): boolean {
  const last = state.turns[state.turns.length - 1];
  const before = state.turns[state.turns.length - 2];
  return last === undefined || state.head.question === null || before === undefined || state.asked[before.seq] !== state.head.question.id;
}

/** Tells about the connection and about what could not be sent. The region is always there, so that it is announced. */
function Banner({ client }: { client: Client }): JSX.Element {
  const { state } = client;
  const lost = state.link !== "open" && state.failures > 0;
  const text = lost
    ? "Connection lost – reconnecting. Nothing you have sent is lost."
    : state.holding && state.refusals > 1
      ? "The advisor is busy. Your message will be sent again in a moment."
      : "";
  return (
    <>
      <div role="status" class="banner-place">{text && <p class="banner">{text}</p>}</div>
      <div role="alert" class="banner-place">
        {state.notice && (
          <p class={`banner ${state.notice.kind}`} key={state.notice.serial}>
            <span>{state.notice.text}</span>
            <button type="button" class="quiet" onClick={() => client.dispatch({ type: "dismiss_notice" })}>Close<span class="visually-hidden"> this notice</span></button>
          </p>
        )}
      </div>
    </>
  );
}

function Refused({ client }: { client: Client }): JSX.Element {
  const { refused, opening } = client.state;
  const again = opening.locale === undefined ? {} : { locale: opening.locale };
  return (
    <section class="refused" role="alert">
      <h2>The conversation could not begin</h2>
      <p>{refused?.message}</p>
      <button type="button" class="primary" onClick={() => client.begin(refused?.code === "unknown_script" ? again : opening)}>
        {refused?.code === "unknown_script" ? "Begin with the usual questions" : "Try again"}
      </button>
    </section>
  );
}
