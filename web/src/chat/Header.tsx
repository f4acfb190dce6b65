// The top of the page: what this is, how far the talk is, and the way back or to a new beginning.
import type { JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { AgainIcon, BackIcon, LinkIcon, Mark } from "../shared/icons.tsx";
import type { Progress } from "../shared/protocol.ts";
import type { Client } from "./client.ts";
import { ElsewhereDialog } from "./Elsewhere.tsx";
import { may_submit } from "./state.ts";

export function Header({ client }: { client: Client }): JSX.Element {
  const { state } = client;
  const [asking, ask] = useState(false);
  const [moving, move] = useState(false);
  const ready = may_submit(state);
  const begun = state.turns.some(({ user }) => user !== null);
  return (
    <header class="top">
      <div class="top-inside">
        <Mark />
        <div class="top-title">
          <h1>Stack Advisor</h1>
          {state.session?.title && <p>{state.session.title}</p>}
        </div>
        <div class="tools">
          <button type="button" class="tool" aria-disabled={!ready} onClick={() => ready && move(true)}>
            <LinkIcon /><span class="tool-name">Go on elsewhere</span>
          </button>
          <button type="button" class="tool" aria-disabled={!ready || !begun} onClick={() => ready && begun && client.submit({ type: "back" }, "Back")}>
            <BackIcon /><span class="tool-name">Back</span>
          </button>
          <button type="button" class="tool" aria-disabled={!ready} onClick={() => ready && ask(true)}>
            <AgainIcon /><span class="tool-name">Start again</span>
          </button>
        </div>
      </div>
      <ProgressLine progress={state.head.progress} done={state.head.recommendation !== null && state.head.question === null} />
      {moving && <ElsewhereDialog client={client} on_close={() => move(false)} />}
      {asking && <RestartDialog on_close={() => ask(false)} on_restart={() => client.submit({ type: "restart" }, "Restart")} />}
    </header>
  );
}

function ProgressLine({ progress, done }: { progress: Progress | null; done: boolean }): JSX.Element {
  const answered = progress?.answered ?? 0;
  const remaining = progress?.remaining ?? 0;
  const share = done ? 1 : answered / Math.max(1, answered + remaining);
  const words = !progress ? "" : done ? "All questions answered" : `${answered} answered, at most ${remaining} to go`;
  return (
    <div class="progress">
      <div
        class="progress-track"
        role="progressbar"
        aria-label="Progress"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share * 100)}
        aria-valuetext={words || "Starting"}
      >
        <div class="progress-fill" style={{ "--share": share }} />
      </div>
      <p class="progress-words" aria-hidden="true">{words}</p>
    </div>
  );
}

interface RestartProps {
  on_close: () => void;
  on_restart: () => void;
}

function RestartDialog({ on_close, on_restart }: RestartProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  useEffect(() => {
    const opener = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby={title} onClose={on_close}>
      <h2 id={title}>Start again?</h2>
      <p>Your answers go, and the questions begin from the first one.</p>
      <div class="row">
        <button
          type="button"
          class="primary"
          onClick={() => {
            dialog.current?.close();
            on_restart();
          }}
        >
          Start again
        </button>
        <button type="button" class="quiet" onClick={() => dialog.current?.close()}>Keep my answers</button>
      </div>
    </dialog>
  );
}
