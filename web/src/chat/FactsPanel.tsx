// Facts that were understood without being asked for: which of them the advisor may take over.
import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { CheckIcon } from "../shared/icons.tsx";
import type { OfferedFact } from "../shared/protocol.ts";
import type { Client } from "./client.ts";

interface FactsProps {
  client: Client;
  facts: readonly OfferedFact[];
  busy: boolean;
}

export function FactsPanel({ client, facts, busy }: FactsProps): JSX.Element {
  const title = useId();
  const [left_out, leave_out] = useState<readonly string[]>([]);
  const chosen = facts.filter(({ question }) => !left_out.includes(question));
  const toggle = (question: string): void => {
    leave_out(left_out.includes(question) ? left_out.filter((id) => id !== question) : [...left_out, question]);
  };
  const take = (): void => {
    if (busy || chosen.length === 0) return;
    const all = chosen.length === facts.length;
    const shown = all ? "Yes, take these over" : `Take over: ${chosen.map(({ label }) => label).join(", ")}`;
    client.submit({ type: "facts", accept: all ? true : chosen.map(({ question }) => question) }, shown);
  };
  return (
    <div class="panel-inside facts" role="group" aria-labelledby={title}>
      <p id={title} class="panel-title">Did I get this right? Take out what is wrong.</p>
      <div class="chips" role="group" aria-labelledby={title}>
        {facts.map((fact) => (
          <label key={fact.question} class="chip tick">
            <input type="checkbox" checked={!left_out.includes(fact.question)} onChange={() => toggle(fact.question)} />
            <span class="tick-box" aria-hidden="true"><CheckIcon /></span>
            <span>{fact.label}: <bdi>{fact.text}</bdi></span>
          </label>
        ))}
      </div>
      <div class="row">
        <button type="button" class="primary" aria-disabled={busy || chosen.length === 0} onClick={take}>
          {chosen.length === facts.length ? "Take over" : `Take over ${chosen.length} of ${facts.length}`}
        </button>
        <button type="button" class="quiet" aria-disabled={busy} onClick={() => busy || client.submit({ type: "facts", accept: false }, "No, ask me instead")}>
          Ask me instead
        </button>
      </div>
    </div>
  );
}
