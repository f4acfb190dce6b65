// The recommendation: outcome, firmness, points, reasons with their sources, trade-offs, what would change it, hiring.
import type { JSX, RefObject } from "preact";
import { useId } from "preact/hooks";
import { shown_changes } from "../shared/changes.ts";
import { Actions } from "./Actions.tsx";
import { Bars } from "./Bars.tsx";
import { Hiring } from "./Hiring.tsx";
import { ChangeButtons, Part, type ResultProps } from "./Part.tsx";
import { Reasons } from "./Reasons.tsx";
import { firmness_of, possible_words, report_code } from "./words.ts";
import "../styles/result.css";
import "../styles/print.css";

export function Result(props: ResultProps & { heading?: RefObject<HTMLHeadingElement | null> }): JSX.Element {
  const { recommendation, heading = null } = props;
  const { tradeoffs = [], changes = [], open = [], hiring, possible, robustness } = recommendation;
  const { shown, more } = shown_changes(changes);
  const title = useId();
  const firmness = firmness_of(recommendation);
  return (
    <section class="result" aria-labelledby={title}>
      <div class="result-head">
        <p class="eyebrow">Recommendation</p>
        <h2 id={title} ref={heading} tabIndex={-1}>{recommendation.name}</h2>
        {recommendation.headline && <p class="headline">{recommendation.headline}</p>}
        <p class={`firmness firmness-${recommendation.firmness}`}>
          <span class="firmness-badge"><span class="firmness-dots" aria-hidden="true"><i /><i /><i /></span>{firmness.badge}</span>
          <span class="firmness-words">{firmness.sentence}</span>
        </p>
        <Actions recommendation={recommendation} />
      </div>
      <Bars recommendation={recommendation} />
      <Reasons {...props} />
      {tradeoffs.length > 0 && (
        <Part title="What you trade for it">
          <ul class="plain-list">{tradeoffs.map((text) => <li key={text}>{text}</li>)}</ul>
        </Part>
      )}
      <Part title="What would change it">
        {changes.length === 0 ? (
          <p>Nothing that you could answer otherwise would change this result, not even two answers at once.</p>
        ) : (
          <ul class="changes">
            {shown.map(({ text, set }) => (
              <li key={text}>
                <p>{text}</p>
                <ChangeButtons {...props} questions={Object.keys(set)} />
              </li>
            ))}
          </ul>
        )}
        {more && <p class="part-lead">{more}</p>}
        {robustness && robustness.percent > 0 && <p class="part-lead">The points behind this are a judgement. As long as each is off by less than {robustness.percent} %, the outcome stays.</p>}
      </Part>
      {open.length === 0 && possible && possible.outcomes.length > 1 && <Part title="Left open"><p class="part-lead">{possible_words(recommendation)}</p></Part>}
      {open.length > 0 && (
        <Part title="Left open">
          {possible && <p class="part-lead">{possible_words(recommendation)}</p>}
          <p class="part-lead">These had no definite answer and added no points. Finding out could sharpen the result.</p>
          <ul class="changes">
            {open.map(({ question, label }) => (
              <li key={question}>
                <p>{label}</p>
                <ChangeButtons {...props} questions={[question]} />
              </li>
            ))}
          </ul>
        </Part>
      )}
      {hiring && <Hiring hiring={hiring} code={report_code(recommendation.report)} />}
    </section>
  );
}
