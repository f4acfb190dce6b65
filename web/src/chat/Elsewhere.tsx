// The dialog that moves a conversation: a code for a chat tool, and the place to enter one from there.
import type { JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { Client } from "./client.ts";
import { make_code, take_code, type MoveCode } from "./elsewhere.ts";

const words = (problem: unknown): string => (problem instanceof Error ? problem.message : "That did not work just now.");

export function ElsewhereDialog({ client, on_close }: { client: Client; on_close: () => void }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  const [code, show] = useState<MoveCode | null>(null);
  const [problem, tell] = useState("");
  const { session } = client.state;
  useEffect(() => {
    const opener = document.activeElement;
    dialog.current?.showModal();
    if (session) make_code(session).then(show, (error: unknown) => tell(words(error)));
    return () => {
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);
  const enter = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const typed = String(new FormData(event.currentTarget as HTMLFormElement).get("code") ?? "");
    try {
      const found = await take_code(typed);
      dialog.current?.close();
      client.dispatch({ type: "adopt", session: found });
    } catch (error) {
      tell(words(error));
    }
  };
  return (
    <dialog ref={dialog} aria-labelledby={title} onClose={on_close}>
      <h2 id={title}>Go on elsewhere</h2>
      <p role="status">
        {code ? (
          <>
            In your chat tool, type <code>/advise join {code.code}</code>. It works once, for {code.minutes} minutes.
          </>
        ) : (
          !problem && "One moment…"
        )}
      </p>
      <form onSubmit={(event) => void enter(event as unknown as SubmitEvent)}>
        <label>
          Or enter a code from a chat tool: <input name="code" required maxLength={20} autocomplete="off" />
        </label>
        {problem && <p role="alert">{problem}</p>}
        <div class="row">
          <button type="submit" class="primary">Go on with it</button>
          <button type="button" class="quiet" onClick={() => dialog.current?.close()}>Close</button>
        </div>
      </form>
    </dialog>
  );
}
