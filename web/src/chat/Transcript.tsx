// The conversation so far. A log region: assistive technology announces each new message once.
import type { JSX } from "preact";
import { Fragment } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { Mark, PencilIcon } from "../shared/icons.tsx";
import type { Message, Value } from "../shared/protocol.ts";
import type { Client } from "./client.ts";
import { Control } from "./Control.tsx";
import { Extras } from "./Panel.tsx";
import { type Item, items_of, label_of } from "./view.ts";
import { value_words, with_links } from "./words.ts";

/** Which bubble has its input open. */
export interface Editing {
  key: string;
  question: string;
}

interface TranscriptProps {
  client: Client;
  busy: boolean;
  editing: Editing | null;
  on_edit: (editing: Editing | null) => void;
  /** The user has changed an answer: the focus belongs to what comes of it. */
  on_changed: () => void;
}

export function Transcript({ client, busy, editing, on_edit, on_changed }: TranscriptProps): JSX.Element {
  const { state } = client;
  const items = items_of(state);
  const last = items[items.length - 1];
  const waiting = state.outbox.length > 0;
  return (
    <div class="thread" role="log" aria-label="Conversation" aria-relevant="additions">
      {items.map((item, index) => (
        <Fragment key={item.key}>
          <Entry item={item} first={index === 0 || items[index - 1]?.type === "user"} client={client} busy={busy} on_edit={on_edit} />
          {editing?.key === item.key && item.type === "user" && (
            <Editor client={client} busy={busy} question={editing.question} words={item.text} on_close={() => on_edit(null)} on_changed={on_changed} />
          )}
        </Fragment>
      ))}
      <div class={waiting ? "typing waiting" : "typing"} aria-hidden="true">
        {waiting && last?.type !== undefined && <Mark />}
        <span /><span /><span />
      </div>
    </div>
  );
}

interface EntryProps {
  item: Item;
  /** Starts a run of the advisor's messages. */
  first: boolean;
  client: Client;
  busy: boolean;
  on_edit: (editing: Editing) => void;
}

function Entry({ item, first, client, busy, on_edit }: EntryProps): JSX.Element {
  switch (item.type) {
    case "divider":
      return <p class="divider"><span>{item.text}</span></p>;
    case "user":
      return <UserBubble item={item} busy={busy} on_edit={on_edit} client={client} />;
    case "question":
      return <Said first={first}><Asked text={item.text} help={item.help} pending={item.pending} /></Said>;
    case "advisor":
      return (
        <Said first={first}>
          <Remark message={item.message} />
          {item.message.kind === "understood" && item.about !== null && (
            <button type="button" class="quiet correct" aria-disabled={busy} onClick={() => busy || ask_again(client, item.about ?? "", on_edit)}>
              Not what I meant
            </button>
          )}
        </Said>
      );
  }
}

function Said({ first, children }: { first: boolean; children: JSX.Element | (JSX.Element | false)[] }): JSX.Element {
  return (
    <div class={first ? "said first" : "said"}>
      {first && <><Mark /><span class="visually-hidden">Advisor: </span></>}
      <div class="said-words">{children}</div>
    </div>
  );
}

function Asked({ text, help, pending }: { text: string; help: string | undefined; pending: boolean }): JSX.Element {
  return (
    <div class={pending ? "asked pending" : "asked"}>
      <p class="asked-text">{text}</p>
      {help && <p class="asked-help">{help}</p>}
    </div>
  );
}

const kind_names: Record<string, string> = { understood: "Understood", why: "Why I ask", changed: "Changed", info: "In short" };

function Remark({ message }: { message: Message }): JSX.Element {
  const name = message.kind === undefined ? undefined : kind_names[message.kind];
  return (
    <p class={`remark remark-${message.kind ?? "note"}`}>
      {name && <span class="remark-kind">{name}: </span>}
      {message.kind === "info" ? <WithLinks text={message.text} /> : message.text}
    </p>
  );
}

/** Text whose addresses can be followed. */
function WithLinks({ text }: { text: string }): JSX.Element {
  return (
    <>
      {with_links(text).map((part, index) =>
        part.link ? <a key={index} href={part.text} target="_blank" rel="noreferrer">{part.text}</a> : <Fragment key={index}>{part.text}</Fragment>,
      )}
    </>
  );
}

function UserBubble({ item, busy, client, on_edit }: { item: Item & { type: "user" }; busy: boolean; client: Client; on_edit: (editing: Editing) => void }): JSX.Element {
  const { question } = item;
  if (question === null) {
    return (
      <div class={item.sending ? "mine sending" : "mine"}>
        <p class="bubble"><span class="visually-hidden">You: </span><span dir="auto">{item.text}</span></p>
      </div>
    );
  }
  return (
    <div class="mine">
      <button
        type="button"
        class="bubble editable"
        data-question={question}
        aria-disabled={busy}
        onClick={() => busy || begin_edit(client, { key: item.key, question }, on_edit)}
      >
        <span class="visually-hidden">You: </span>
        <span dir="auto">{item.text}</span>
        <span class="visually-hidden"> – change this answer</span>
        <PencilIcon />
      </button>
    </div>
  );
}

const change_words = (client: Client, question: string): string => `Change “${label_of(client.state, question)}”`;

function begin_edit(client: Client, editing: Editing, on_edit: (editing: Editing) => void): void {
  // After a move to another browser the page may not know the question any more: then the advisor asks it again.
  if (client.state.questions[editing.question]) on_edit(editing);
  else client.submit({ type: "change", question: editing.question }, change_words(client, editing.question));
}

/** Opens the input at the latest bubble that answered `question`; without one (it was skipped), the advisor asks again. */
export function ask_again(client: Client, question: string, on_edit: (editing: Editing) => void): void {
  const turn = client.state.turns.findLast(({ user }) => user?.question === question && user.active);
  if (turn) begin_edit(client, { key: `${turn.key}-user`, question }, on_edit);
  else client.submit({ type: "change", question }, change_words(client, question));
}

interface EditorProps {
  client: Client;
  busy: boolean;
  question: string;
  words: string;
  on_close: () => void;
  on_changed: () => void;
}

function Editor({ client, busy, question: id, words, on_close, on_changed }: EditorProps): JSX.Element | null {
  const question = client.state.questions[id];
  const title = useId();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const from = document.activeElement;
    box.current?.querySelector<HTMLElement>("[aria-current], button, input, textarea")?.focus({ preventScroll: true });
    box.current?.scrollIntoView({ block: "nearest" });
    // Closing gives the focus back to the bubble, unless the user has moved on.
    return () => {
      if (from instanceof HTMLElement && from.isConnected && (document.activeElement === document.body || box.current?.contains(document.activeElement))) from.focus({ preventScroll: true });
    };
  }, [id]);
  if (!question) return null;
  const change = (value: Value): void => {
    if (!client.submit({ type: "change", question: id, value }, `${question.label ?? "Change"}: ${value_words(question, value)}`)) return;
    on_changed();
    on_close();
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape closes from every control inside
    <div
      class="editor"
      ref={box}
      role="group"
      aria-labelledby={title}
      aria-live="off"
      onKeyDown={(event) => {
        if (event.key === "Escape") on_close();
      }}
    >
      <p class="panel-title" id={title}>{question.text}</p>
      <Control question={question} labelled_by={title} busy={busy} current={words.replace(`${question.label}: `, "")} on_answer={change} />
      <Extras question={{ ...question, why: "", may_skip: false }} busy={busy} on_unknown={() => change("unknown")} />
      <div class="row"><button type="button" class="quiet" onClick={on_close}>Leave it as it is</button></div>
    </div>
  );
}
