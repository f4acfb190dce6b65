// A version's text with line numbers and what is wrong with it; an editor saves what is changed as a draft.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { type CheckedScript, type Diagnostic, type Me, send, type VersionDetail } from "./api.ts";
import { type Action, Section } from "./parts.tsx";

const check_after_ms = 500;

/** Texts that are changed and not saved, by script and hash: they outlive a look at another page. */
const unsaved = new Map<string, string>();

export function ScriptEditor({ me, version, action, on_saved }: { me: Me; version: VersionDetail; action: Action; on_saved: (hash: string) => Promise<void> }): JSX.Element {
  const key = `${version.script} ${version.hash}`;
  const [text, set_text] = useState(unsaved.get(key) ?? version.text);
  const [note, set_note] = useState("");
  const may = me.role !== "viewer";
  const changed = text !== version.text;
  const { checked, waiting } = use_check(version, text, may);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (!changed) return undefined;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [changed]);
  const type = (next: string): void => {
    set_text(next);
    if (next === version.text) unsaved.delete(key);
    else unsaved.set(key, next);
  };
  const save = (event: Event): void => {
    event.preventDefault();
    void action.run(async () => {
      const { hash } = await send<{ hash: string }>("POST", `/scripts/${encodeURIComponent(version.script)}/drafts`, { text, note });
      unsaved.delete(key);
      await on_saved(hash);
    }, "Saved as a draft.");
  };
  return (
    <div class="script-editor">
      <form onSubmit={save}>
        <TextField field={field} text={text} read_only={!may} diagnostics={checked.diagnostics} on_change={type} />
        {may && (
          <div class="row">
            <input class="input note-input" aria-label="What is new in it" placeholder="What is new in it" maxLength={300} value={note} onInput={(event) => set_note(event.currentTarget.value)} />
            <button class="button strong" disabled={!changed || action.busy}>Save draft</button>
            {changed && <button type="button" class="button" onClick={() => type(version.text)}>As it was</button>}
          </div>
        )}
      </form>
      <Findings checked={checked} waiting={waiting} on_go={(line) => go_to_line(field.current, line)} />
    </div>
  );
}

/** What is found in the text as it stands, a moment after the last key. */
function use_check(version: VersionDetail, text: string, may: boolean): { checked: CheckedScript; waiting: boolean } {
  const [state, set_state] = useState<{ text: string; checked: CheckedScript }>({ text: version.text, checked: version });
  useEffect(() => {
    if (!may || text === state.text || text === "") return undefined;
    let current = true;
    const timer = setTimeout(async () => {
      const checked = await send<CheckedScript>("POST", "/scripts/check", { script: version.script, text }).catch(() => null);
      if (current && checked) set_state({ text, checked });
    }, check_after_ms);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [may, text, state.text, version.script]);
  return { checked: state.checked, waiting: state.text !== text };
}

/** Selects a line and brings it into sight. */
function go_to_line(field: HTMLTextAreaElement | null, line: number): void {
  if (!field) return;
  const lines = field.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
  field.focus();
  field.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
  const height = Number.parseFloat(getComputedStyle(field).lineHeight);
  field.scrollTop = Math.max(0, (line - 4) * height);
}

interface TextFieldProps {
  field: { current: HTMLTextAreaElement | null };
  text: string;
  read_only: boolean;
  diagnostics: Diagnostic[];
  on_change: (text: string) => void;
}

function TextField({ field, text, read_only, diagnostics, on_change }: TextFieldProps): JSX.Element {
  const gutter = useRef<HTMLDivElement>(null);
  const levels = new Map<number, string>();
  for (const { line, level } of diagnostics) if (levels.get(line) !== "error") levels.set(line, level);
  const count = text.split("\n").length;
  return (
    <>
      <div class="code-field">
        <div class="code-gutter" aria-hidden="true" ref={gutter}>
          {Array.from({ length: count }, (_, index) => <span key={index} class={levels.get(index + 1) ?? ""}>{index + 1}</span>)}
        </div>
        <textarea aria-label="Text of the script" ref={field} spellcheck={false} wrap="off" autocapitalize="off" readOnly={read_only} value={text}
          onInput={(event) => on_change(event.currentTarget.value)}
          onScroll={(event) => {
            if (gutter.current) gutter.current.scrollTop = event.currentTarget.scrollTop;
          }} />
      </div>
    </>
  );
}

function Findings({ checked, waiting, on_go }: { checked: CheckedScript; waiting: boolean; on_go: (line: number) => void }): JSX.Element {
  const errors = checked.diagnostics.filter(({ level }) => level === "error");
  const warnings = checked.diagnostics.filter(({ level }) => level === "warning");
  const { proof } = checked;
  const summary = errors.length > 0
    ? `${errors.length} ${errors.length === 1 ? "error" : "errors"}`
    : `No errors${warnings.length > 0 ? `, ${warnings.length} ${warnings.length === 1 ? "warning" : "warnings"}` : ""}`;
  return (
    <Section title="Findings" class="findings" aside={<span class={errors.length > 0 ? "badge bad" : "badge good"} role="status">{waiting ? "checking …" : summary}</span>}>
      {proof && errors.length === 0 && (
        <p class="hint">{proof.questions} questions, {proof.rules} rules, {proof.sources} sources.{proof.longest !== null && ` Every talk ends, after ${proof.shortest} to ${proof.longest} questions.`}</p>
      )}
      <ul class="finding-list">
        {[...errors, ...warnings].map((finding, index) => (
          <li key={index} class={finding.level}>
            <p class="finding-place">
              <span class={finding.level === "error" ? "badge bad" : "badge draft"}>{finding.level} {finding.number}</span>
              {finding.line > 0 && <button type="button" class="link-button" onClick={() => on_go(finding.line)}>line {finding.line}</button>}
            </p>
            <p dir="auto">{finding.message}</p>
            {finding.pointer && <code>{finding.pointer}</code>}
          </li>
        ))}
      </ul>
    </Section>
  );
}
