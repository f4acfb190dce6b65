// What can be done with a result: copy, print, download, link.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { CheckIcon, CopyIcon, LinkIcon, PrintIcon, SaveIcon } from "../shared/icons.tsx";
import type { Recommendation } from "../shared/protocol.ts";
import { report_code, result_text } from "./words.ts";

export function Actions({ recommendation }: { recommendation: Recommendation }): JSX.Element {
  const [copied, set_copied] = useState<"" | "Copied" | "Copying was not allowed">("");
  const code = report_code(recommendation.report);
  const here = code !== null && location.pathname === `/r/${code}`;
  const copy = async (): Promise<void> => {
    const address = code === null ? null : new URL(`/r/${code}`, location.href).href;
    const done = await copy_text(result_text(recommendation, address));
    set_copied(done ? "Copied" : "Copying was not allowed");
    setTimeout(() => set_copied(""), 3000);
  };
  return (
    <div class="actions no-print">
      <button type="button" class="action" onClick={() => void copy()}>{copied === "Copied" ? <CheckIcon /> : <CopyIcon />}Copy</button>
      <button type="button" class="action" onClick={() => print_all()}><PrintIcon />Print</button>
      {code !== null && <a class="action" href={`/api/v1/reports/${code}.md`} download={`recommendation-${code}.md`}><SaveIcon />Download<span class="visually-hidden"> as Markdown</span></a>}
      {code !== null && <a class="action" href={`/api/v1/reports/${code}/record.html`} target="_blank" rel="noopener"><PrintIcon />Decision record</a>}
      {code !== null && <a class="action" href={`/api/v1/reports/${code}/record.json`} download={`decision-${code}.json`}><SaveIcon />Record to verify<span class="visually-hidden">, as JSON</span></a>}
      {code !== null && !here && <a class="action" href={`/r/${code}`}><LinkIcon />Report page</a>}
      <span role="status" class="action-status">{copied}</span>
    </div>
  );
}

/** Paper cannot unfold anything, so everything is unfolded for the time of printing. */
function print_all(): void {
  const folded = [...document.querySelectorAll<HTMLDetailsElement>(".result details:not([open])")];
  for (const details of folded) details.open = true;
  window.addEventListener("afterprint", () => {
    for (const details of folded) details.open = false;
  }, { once: true });
  window.print();
}

/** Copies without the clipboard interface where that is missing: it needs https, and many servers inside a company lack it. */
async function copy_text(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copy_selection(text);
  }
}

function copy_selection(text: string): boolean {
  const focused = document.activeElement;
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "visually-hidden";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return done;
}
