// The few drawings of the page. All decorative: the words beside them carry the meaning.
import type { JSX } from "preact";

function icon(path: string): () => JSX.Element {
  return () => (
    <svg class="icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false">
      <path d={path} fill="none" stroke="currentColor" stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  );
}

export const BackIcon = icon("M9 7 4 12l5 5M4 12h10a5 5 0 0 1 5 5v1");
export const AgainIcon = icon("M20 11a8 8 0 1 0-2.3 6.3M20 5v6h-6");
export const PencilIcon = icon("m14 6 4 4M5 19l1-4L16 5a2 2 0 0 1 3 3L9 18z");
export const SendIcon = icon("M12 19V5M6 11l6-6 6 6");
export const DownIcon = icon("M12 5v14M6 13l6 6 6-6");
export const CopyIcon = icon("M9 9h10v10H9zM5 15V5h10");
export const PrintIcon = icon("M7 9V4h10v5M7 17H4v-8h16v8h-3M7 14h10v6H7z");
export const SaveIcon = icon("M12 4v11M7 11l5 5 5-5M5 20h14");
export const LinkIcon = icon("M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1");
export const CheckIcon = icon("m5 13 4 4L19 7");

/** Two stacks of bricks, weighed against each other. */
export function Mark(): JSX.Element {
  return (
    <svg class="mark" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false">
      <rect class="mark-back" width="32" height="32" rx="7" />
      <path class="mark-brick" d="M6 7h9v5H6zM6 20h9v5H6zM17 13.5h9v5h-9zM6 13.5h9v5H6z" />
      <path class="mark-spark" d="M17 20h9v5h-9z" />
    </svg>
  );
}
