// The text input that is always there: anything may be typed at any time.
import type { JSX } from "preact";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { SendIcon } from "../shared/icons.tsx";
import { max_text_length } from "../shared/protocol.ts";
import type { Client } from "./client.ts";
import { may_submit } from "./state.ts";
import { clean_text, number_words } from "./words.ts";

/** The count of what is left appears from here on. */
const warn_below = 400;

const characters = (count: number): string => (count === 1 ? "1 character" : number_words(count, "characters"));

export function Composer({ client }: { client: Client }): JSX.Element {
  const [text, set_text] = useState("");
  const field = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  const { returned } = client.state;
  const left = max_text_length - text.length;
  const ready = may_submit(client.state) && left >= 0 && text.trim() !== "";

  useEffect(() => {
    if (returned) set_text((current) => current || returned.text);
  }, [returned?.serial]);
  useLayoutEffect(() => {
    const box = field.current;
    if (!box) return;
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight + 2, 160)}px`;
  }, [text]);

  const send = (): void => {
    const cleaned = clean_text(text);
    if (ready && cleaned !== "" && client.submit({ type: "say", text: cleaned }, cleaned)) set_text("");
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <label class="visually-hidden" htmlFor={id}>Your message</label>
      <textarea
        ref={field}
        id={id}
        rows={1}
        dir="auto"
        enterkeyhint="send"
        placeholder="Or type your answer…"
        value={text}
        aria-describedby={`${id}-count`}
        aria-invalid={left < 0}
        onInput={(event) => set_text(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          send();
        }}
      />
      <p class={left < 0 ? "count problem" : "count"} id={`${id}-count`} role="status">
        {left < 0 ? `${characters(-left)} too many` : left < warn_below ? `${characters(left)} left` : ""}
      </p>
      <button class="send" aria-disabled={!ready}><SendIcon /><span class="visually-hidden">Send</span></button>
    </form>
  );
}
