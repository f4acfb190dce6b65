// Values as words, and what was meant by the words in a number field. Pure. The user's bubble says what the server will say
// when the talk is fetched again (value_text in dialogs/values.cpp), so that it does not change under the reader's eyes.
import type { Question, Value } from "../shared/protocol.ts";

export const do_not_know = "I don't know";
export const none_of_these = "None of these";

const numbers = new Intl.NumberFormat("en");

export function number_words(value: number, unit?: string): string {
  return unit ? `${numbers.format(value)} ${unit}` : numbers.format(value);
}

export function value_words(question: Question, value: Value): string {
  const label = (id: string): string => question.options?.find((option) => option.id === id)?.label ?? id;
  if (value === "unknown" && question.allow_unknown && !question.options?.some(({ id }) => id === "unknown")) return do_not_know;
  if (Array.isArray(value)) return value.length === 0 ? none_of_these : value.map(label).join("; ");
  if (typeof value === "boolean") return value ? "Yes" : "No";
  if (typeof value === "number") return number_words(value, question.unit);
  if (typeof value === "string") return question.kind === "text" ? value : label(value);
  const ready = question.ranges?.find((range) => range.min === value.min && range.max === value.max);
  if (ready) return ready.label;
  if (value.max === question.max) return [numbers.format(value.min), "or more", question.unit].filter(Boolean).join(" ");
  return `${numbers.format(value.min)} to ${number_words(value.max, question.unit)}`;
}

export type NumberEntry =
  | { kind: "value"; value: number | { min: number; max: number } }
  | { kind: "problem"; text: string }
  /** Not plain digits ("about 3k"): the advisor reads it as typed text. */
  | { kind: "words" };

const plain = /^\d{1,3}(?:[,' \u00a0\u202f]\d{3})+$|^\d+$/;

function whole_number(text: string): number | null {
  return plain.test(text) ? Number(text.replace(/[^\d]/g, "")) : null;
}

/** Reads a number field. Only what is certain becomes a value. */
export function read_number(text: string, question: Question): NumberEntry {
  const trimmed = text.trim();
  if (trimmed === "") return { kind: "problem", text: "Please enter a number." };
  const ends = trimmed.split(/\s*(?:-|–|—|\bto\b)\s*/).map(whole_number);
  const [first, second] = ends;
  if (first === null || first === undefined || second === null || ends.length > 2) return { kind: "words" };
  const limits = limit_problem(question, second === undefined ? [first] : [first, second]);
  if (limits) return { kind: "problem", text: limits };
  if (second === undefined) return { kind: "value", value: first };
  if (second < first) return { kind: "problem", text: "The first number of a range is the smaller one." };
  return { kind: "value", value: { min: first, max: second } };
}

function limit_problem(question: Question, values: number[]): string | null {
  const { min, max } = question;
  if (min !== undefined && max !== undefined && values.some((value) => value < min || value > max)) {
    return `Please enter a number from ${numbers.format(min)} to ${numbers.format(max)}.`;
  }
  return null;
}

/** Text as the server takes it: no lone surrogates, no control characters except line breaks and tabs. */
export function clean_text(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what this removes
  return text.replace(/\p{Surrogate}/gu, "\ufffd").replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, " ").trim();
}

const months = new Intl.DateTimeFormat("en", { month: "long", year: "numeric", timeZone: "UTC" });

/** "2025-11" or "2025-11-03" as "November 2025"; anything else as it is. */
export function month_words(date: string): string {
  const match = /^(\d{4})-(\d{2})/.exec(date);
  return match ? months.format(new Date(Date.UTC(Number(match[1]), Number(match[2]) - 1))) : date;
}

/** Splits a text into plain parts and addresses. */
export function with_links(text: string): { text: string; link: boolean }[] {
  return text
    .split(/(https:\/\/[^\s()<>"]*[^\s()<>".,;:!?])/)
    .map((part, index) => ({ text: part, link: index % 2 === 1 }))
    .filter((part) => part.text !== "");
}
