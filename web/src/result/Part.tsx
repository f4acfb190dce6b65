// Pieces that every part of the result shares.
import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";
import type { Recommendation } from "../shared/protocol.ts";

export interface ResultProps {
  recommendation: Recommendation;
  /** Absent on a report page, which is read only. */
  can_change?: (question: string) => boolean;
  on_change?: (question: string) => void;
}

export function Part({ title, children }: { title: string; children: ComponentChildren }): JSX.Element {
  const id = useId();
  return (
    <section class="part" aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      {children}
    </section>
  );
}

export function ChangeButtons({ recommendation, can_change, on_change, questions }: ResultProps & { questions: string[] }): JSX.Element | null {
  // What was left open has been passed over, so it can be asked again although no answer is on the page.
  const passed_over = (question: string): boolean => on_change !== undefined && recommendation.open?.some((entry) => entry.question === question) === true;
  const usable = questions.filter((question) => can_change?.(question) || passed_over(question));
  if (usable.length === 0) return null;
  const name = (question: string): string =>
    recommendation.reasons.find((reason) => reason.question === question)?.label ??
    recommendation.open?.find((entry) => entry.question === question)?.label ?? question.replaceAll("_", " ");
  return (
    <div class="row no-print">
      {usable.map((question) => (
        <button type="button" class="quiet small" key={question} onClick={() => on_change?.(question)}>
          Change this answer<span class="visually-hidden">: {name(question)}</span>
          {usable.length > 1 && <span aria-hidden="true">: {name(question)}</span>}
        </button>
      ))}
    </div>
  );
}
