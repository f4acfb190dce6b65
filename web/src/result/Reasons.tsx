// The ledger: which answer gave which option how many points, why, and on what evidence.
import type { JSX } from "preact";
import type { Evidence, Recommendation } from "../shared/protocol.ts";
import { ChangeButtons, Part, type ResultProps } from "./Part.tsx";
import { always_holds, option_name, points_words, safe_address, source_words, stance_words } from "./words.ts";

export function Reasons(props: ResultProps): JSX.Element | null {
  const { recommendation } = props;
  if (recommendation.reasons.length === 0) return null;
  return (
    <Part title="Why">
      <ol class="reasons">
        {recommendation.reasons.map((reason) => (
          <li key={reason.rule}>
            <p class="reason-head">
              <span class="reason-answer">{reason.label ? <>{reason.label}: <bdi>{reason.answer}</bdi></> : always_holds}</span>
              <Points points={reason.points} recommendation={recommendation} />
            </p>
            <p>{reason.because}</p>
            <div class="reason-foot">
              <Sources ids={reason.evidence} all={recommendation.evidence ?? []} />
              <ChangeButtons {...props} questions={[reason.question]} />
            </div>
          </li>
        ))}
      </ol>
    </Part>
  );
}

function Points({ points, recommendation }: { points: Record<string, number>; recommendation: Recommendation }): JSX.Element {
  return (
    <span class="points">
      {Object.entries(points).map(([id, value]) => (
        <span key={id} class={id === recommendation.outcome ? "point for" : "point"}>{points_words(value)} {option_name(recommendation, id)}</span>
      ))}
    </span>
  );
}

function Sources({ ids, all }: { ids: string[]; all: Evidence[] }): JSX.Element | null {
  const evidence = ids.flatMap((id) => all.find((entry) => entry.id === id) ?? []);
  if (evidence.length === 0) return null;
  return (
    <details class="sources">
      <summary>{evidence.length === 1 ? "1 source" : `${evidence.length} sources`}</summary>
      <ul>
        {evidence.map((entry) => (
          <li key={entry.id}>
            <p><span class={`stance stance-${entry.stance}`}>{stance_words(entry.stance)}</span> {entry.claim}</p>
            <p class="source"><Source evidence={entry} /></p>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Source({ evidence }: { evidence: Evidence }): JSX.Element {
  const address = safe_address(evidence.url);
  const words = source_words(evidence);
  return address ? <a href={address} target="_blank" rel="noopener noreferrer">{words}<span class="visually-hidden"> (opens in a new tab)</span></a> : <>{words}</>;
}
