// The input for one question, of any kind. Used for the pending question and for changing an earlier answer.
import type { JSX } from "preact";
import type { Question, Value } from "../shared/protocol.ts";
import { Several, SingleChoice, YesNo } from "./choices.tsx";
import { NumberEntryField, Scale, TextEntry } from "./entries.tsx";

export interface ControlProps {
  question: Question;
  /** The element that shows the question's text. */
  labelled_by: string;
  /** A turn is on its way: everything stays in place and does nothing. */
  busy: boolean;
  /** The words of the answer that is being changed. */
  current?: string | undefined;
  on_answer: (value: Value) => void;
  /** Takes what is not plainly a value, such as "about 3k"; absent where typed text is not possible. */
  on_say?: (text: string) => void;
}

export function Control(props: ControlProps): JSX.Element {
  switch (props.question.kind) {
    case "choice":
      return <SingleChoice {...props} />;
    case "multi":
      return <Several {...props} />;
    case "boolean":
      return <YesNo {...props} />;
    case "number":
      return <NumberEntryField {...props} />;
    case "scale":
      return <Scale {...props} />;
    default:
      return <TextEntry {...props} />;
  }
}
