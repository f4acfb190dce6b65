// The hiring plan: one card for each role.
import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { SaveIcon } from "../shared/icons.tsx";
import type { Recommendation, Role } from "../shared/protocol.ts";
import { Part } from "./Part.tsx";
import { confidence_words, verdict_words } from "./words.ts";

export function Hiring({ hiring, code }: { hiring: NonNullable<Recommendation["hiring"]>; code: string | null }): JSX.Element | null {
  const { summary, roles = [], notes = [] } = hiring;
  if (!summary && roles.length === 0 && notes.length === 0) return null;
  return (
    <Part title="Hiring plan">
      {summary && <p class="part-lead">{summary}</p>}
      {roles.length > 0 && <div class="roles">{roles.map((role) => <RoleCard key={role.id ?? role.title} role={role} code={code} />)}</div>}
      {notes.length > 0 && <ul class="plain-list notes">{notes.map((note) => <li key={note}>{note}</li>)}</ul>}
    </Part>
  );
}

function RoleCard({ role, code }: { role: Role; code: string | null }): JSX.Element {
  const id = useId();
  const { count, seniority, must_have = [], nice_to_have = [], interview = [] } = role;
  const facts = [seniority, count !== undefined && count > 0 && role.verdict !== "none" ? (count === 1 ? "1 person" : `${count} people`) : undefined].filter(Boolean);
  const more = nice_to_have.length > 0 || interview.length > 0 || role.work_sample || role.first_90_days || role.risk;
  return (
    <article class="role" aria-labelledby={id}>
      <header>
        <span class={`verdict verdict-${role.verdict}`}>{verdict_words(role.verdict)}</span>
        <h4 id={id}>{role.title}</h4>
        {facts.length > 0 && <p class="role-facts">{facts.join(" · ")}</p>}
      </header>
      {role.because && <p>{role.because}</p>}
      {role.confidence && role.confidence !== "high" && <p class="role-confidence">{confidence_words(role.confidence)}</p>}
      {must_have.length > 0 && <><h5>Must have</h5><ul>{must_have.map((entry) => <li key={entry}>{entry}</li>)}</ul></>}
      {more && (
        <details>
          <summary>Interview, work sample, first 90 days<span class="visually-hidden">: {role.title}</span></summary>
          {nice_to_have.length > 0 && <><h5>Nice to have</h5><ul>{nice_to_have.map((entry) => <li key={entry}>{entry}</li>)}</ul></>}
          {interview.length > 0 && (
            <>
              <h5>Ask everybody the same</h5>
              <ol class="interview">
                {interview.map(({ ask, good }) => (
                  <li key={ask}>
                    <p>{ask}</p>
                    {good && <p class="good"><span>A good answer:</span> {good}</p>}
                  </li>
                ))}
              </ol>
            </>
          )}
          {role.work_sample && <><h5>Work sample</h5><p>{role.work_sample}</p></>}
          {role.first_90_days && <><h5>First 90 days</h5><p>{role.first_90_days}</p></>}
          {role.risk && <><h5>If nobody does this</h5><p>{role.risk}</p></>}
        </details>
      )}
      {code !== null && role.id && role.verdict !== "none" && (
        <p class="no-print"><a class="action" href={`/api/v1/reports/${code}/roles/${encodeURIComponent(role.id)}.md`} download={`job-ad-${role.id}.md`}><SaveIcon />{role.verdict === "train" ? "Draft of a notice" : "Draft of a job ad"}<span class="visually-hidden">: {role.title}</span></a></p>
      )}
    </article>
  );
}
