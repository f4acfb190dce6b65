// What the pages share: the address as state, loading, badges, bars and the confirmation of what can't be undone.
import type { ComponentChildren, JSX } from "preact";
import { useCallback, useEffect, useId, useRef, useState } from "preact/hooks";
import { get, problem_words } from "./api.ts";
import { firmness_words, id_words } from "./words.ts";

const listeners = new Set<() => void>();

function tell_all(): void {
  for (const listener of listeners) listener();
}

/** Goes to an address of the console without loading the page anew; another page, or part of a list, begins at its top. */
export function go(address: string, replace = false): void {
  if (address === location.pathname + location.search) return;
  const from = location.pathname;
  if (replace) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
  tell_all();
  if (location.pathname !== from || address.includes("cursor=")) scrollTo(0, 0);
}

/** The path and query that the page shows, kept up to date. */
export function use_address(): { pathname: string; search: string } {
  const [, set_count] = useState(0);
  useEffect(() => {
    const listener = (): void => set_count((count) => count + 1);
    listeners.add(listener);
    addEventListener("popstate", listener);
    return () => {
      listeners.delete(listener);
      removeEventListener("popstate", listener);
    };
  }, []);
  return { pathname: location.pathname, search: location.search };
}

/** Turns clicks on links to the console's own pages into `go`; what opens a new tab or saves a file is left alone. */
export function follow_links(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (!link || link.target || link.hasAttribute("download") || link.origin !== location.origin || link.getAttribute("href")?.startsWith("#")) return;
  if (link.pathname !== "/review" && !link.pathname.startsWith("/review/")) return;
  event.preventDefault();
  go(link.pathname + link.search);
}

export interface Loaded<T> {
  data: T | null;
  problem: string;
  /** Asks again, and keeps what is shown until the answer is there. */
  again: () => Promise<void>;
  put: (data: T) => void;
}

/** What the API says at `path`; asked anew when the path changes. The old answer stays until the new one is there. */
export function use_loaded<T>(path: string | null): Loaded<T> {
  const [state, set_state] = useState<{ path: string | null; data: T | null; problem: string }>({ path: null, data: null, problem: "" });
  const current = useRef(path);
  current.current = path;
  const again = useCallback(async (): Promise<void> => {
    if (path === null) return;
    try {
      const data = await get<T>(path);
      if (current.current === path) set_state({ path, data, problem: "" });
    } catch (problem) {
      if (current.current === path) set_state((old) => ({ path, data: old.path === path ? old.data : null, problem: problem_words(problem) }));
    }
  }, [path]);
  useEffect(() => void again(), [again]);
  const put = useCallback((data: T) => set_state({ path: current.current, data, problem: "" }), []);
  return { data: state.data, problem: state.problem, again, put };
}

/** The page's heading: named in the tab, and focused when a link led here, so that a screen reader says where one is. */
export function Heading({ children, title }: { children: ComponentChildren; title: string }): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} - Review - Stack Advisor`;
  }, [title]);
  useEffect(() => {
    if (document.activeElement === null || document.activeElement === document.body || document.activeElement.closest("nav")) heading.current?.focus({ preventScroll: true });
  }, []);
  return <h1 ref={heading} tabIndex={-1}>{children}</h1>;
}

export function Waiting({ problem, again }: { problem: string; again?: () => void }): JSX.Element {
  if (!problem) return <p class="hint waiting" role="status">Loading …</p>;
  return (
    <div class="notice" role="alert">
      <p>{problem}</p>
      {again && <button type="button" class="button" onClick={again}>Try again</button>}
    </div>
  );
}

/** A result as a badge: what came out, and how firm it is. */
export function Outcome({ outcome, firmness }: { outcome: string | null; firmness: string | null }): JSX.Element {
  if (!outcome) return <span class="badge open">open</span>;
  return (
    <span class={`badge firm-${firmness ?? "none"}`}>
      {id_words(outcome)}
      {firmness && <span class="firm"><span class="visually-hidden">, </span>{firmness_words(firmness)}</span>}
    </span>
  );
}

/** A bar behind a figure in a table. Decoration: the figure stands beside it. */
export function Bar({ share, tone = "" }: { share: number; tone?: string }): JSX.Element {
  return (
    <span class="bar-box" aria-hidden="true">
      <span class={`bar-fill ${tone}`} style={{ inlineSize: `${Math.max(0, Math.min(1, share)) * 100}%` }} />
    </span>
  );
}

export function Section({ title, children, class: name = "", aside }: { title: string; children: ComponentChildren; class?: string; aside?: ComponentChildren }): JSX.Element {
  const id = useId();
  return (
    <section class={`card ${name}`} aria-labelledby={id}>
      <div class="card-head"><h2 id={id}>{title}</h2>{aside}</div>
      {children}
    </section>
  );
}

/** A wide table scrolls inside its box; the box can be reached and moved with the keyboard. */
export function Scroll({ label, children, tall = false }: { label: string; children: ComponentChildren; tall?: boolean }): JSX.Element {
  // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reached with the keyboard
  return <div class={tall ? "scroll tall" : "scroll"} role="region" aria-label={`${label}: table`} tabIndex={0}>{children}</div>;
}

/** Asks before something that can't be undone. */
export function Confirm({ title, text, action, on_yes, on_no }: { title: string; text: string; action: string; on_yes: () => Promise<void>; on_no: () => void }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const [problem, set_problem] = useState("");
  const [busy, set_busy] = useState(false);
  const id = useId();
  useEffect(() => dialog.current?.showModal(), []);
  const yes = async (): Promise<void> => {
    set_busy(true);
    try {
      await on_yes();
    } catch (failure) {
      set_problem(problem_words(failure));
      set_busy(false);
    }
  };
  return (
    <dialog ref={dialog} aria-labelledby={id} onClose={on_no}>
      <h2 id={id}>{title}</h2>
      <p>{text}</p>
      {problem && <p class="problem" role="alert">{problem}</p>}
      <div class="row">
        <button type="button" class="button danger" disabled={busy} onClick={() => void yes()}>{action}</button>
        <button type="button" class="button" onClick={() => dialog.current?.close()}>Cancel</button>
      </div>
    </dialog>
  );
}

export interface Action {
  problem: string;
  done: string;
  busy: boolean;
  /** Runs `work`; `done` is said when it went well, the server's words when not. */
  run: (work: () => Promise<unknown>, done?: string) => Promise<boolean>;
}

export function use_action(): Action {
  const [state, set_state] = useState({ problem: "", done: "", busy: false });
  const run = useCallback(async (work: () => Promise<unknown>, done = ""): Promise<boolean> => {
    set_state({ problem: "", done: "", busy: true });
    try {
      await work();
      set_state({ problem: "", done, busy: false });
      return true;
    } catch (failure) {
      set_state({ problem: problem_words(failure), done: "", busy: false });
      return false;
    }
  }, []);
  return { ...state, run };
}

/** What an action said last; always in the page, so that it is read out. */
export function Said({ action }: { action: Action }): JSX.Element {
  return (
    <p class={action.problem ? "said problem" : "said hint"} role="status">
      {action.problem || action.done}
    </p>
  );
}
