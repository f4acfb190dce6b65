// The result in words: the honest sentence about its firmness, and the plain text that "Copy" puts on the clipboard. Pure.
import { month_words } from "../chat/words.ts";
import { shown_changes } from "../shared/changes.ts";
import type { Evidence, Recommendation } from "../shared/protocol.ts";

/** Stands for the answer in a reason that rests on none. */
export const always_holds = "Whatever you answer";

export interface FirmnessWords {
  badge: string;
  sentence: string;
}

export function firmness_of({ firmness, either_works }: Recommendation): FirmnessWords {
  if (firmness === "too_close") {
    return { badge: "Too close to call", sentence: "The best two are practically level. Neither choice would be a mistake; let the trade-offs decide." };
  }
  const badge = firmness === "leaning" ? "Leaning" : "Clear";
  if (either_works) return { badge, sentence: "On the technical side either would work: what tips the scale is the team." };
  return {
    badge,
    sentence: firmness === "leaning" ? "Your answers lean this way, but a different answer could turn it." : "Your answers point this way with a clear lead.",
  };
}

/** "+3", "−1", "0", with a true minus sign. */
export function points_words(points: number): string {
  return points > 0 ? `+${points}` : points < 0 ? `−${-points}` : "0";
}

export function option_name(recommendation: Recommendation, id: string): string {
  return recommendation.options.find((option) => option.id === id)?.name ?? id;
}

/** The address when it is safe to follow: a script is data from somebody, and a link must never run code. */
export function safe_address(url: string | undefined): string | null {
  if (!url) return null;
  try {
    const { protocol, href } = new URL(url);
    return protocol === "https:" || protocol === "http:" ? href : null;
  } catch {
    return null;
  }
}

/** The code in "/r/<code>", or null when there is no report page. */
export function report_code(report: string | undefined): string | null {
  return /^\/r\/([\w-]+)$/.exec(report ?? "")?.[1] ?? null;
}

const stances = { supports: "Supports", qualifies: "Qualifies", contradicts: "Contradicts" } as const;

export function stance_words(stance: Evidence["stance"]): string {
  return stances[stance] ?? stance;
}

export function source_words({ source, as_of }: Evidence): string {
  return as_of ? `${source}, as of ${month_words(as_of)}` : source;
}

const verdicts = { hire: "Hire", train: "Train", contract: "Contract", none: "No hire needed" } as const;

export function verdict_words(verdict: keyof typeof verdicts): string {
  return verdicts[verdict] ?? verdict;
}

/** Said where the sources behind a role hold only with conditions. */
export function confidence_words(confidence: "medium" | "low"): string {
  return confidence === "low" ? "Low confidence: the sources behind this hold only with conditions." : "Medium confidence: some sources behind this hold only with conditions.";
}

/** What unknown answers and ranges leave possible, and what is worth finding out. */
export function possible_words({ possible, options, name }: Recommendation): string {
  if (!possible) return "";
  const named = (id: string): string => options.find((option) => option.id === id)?.name ?? id.replaceAll("_", " ");
  if (possible.outcomes.length < 2) return `Whatever the open answers turn out to be, it stays ${name}.`;
  const list = possible.outcomes.map(named).join(", ");
  const next = possible.find_out ? ` Worth finding out first: “${possible.find_out.label}”.` : "";
  return `With what is not known for sure, ${possible.exact ? "these are" : "no more than these are"} possible: ${list}.${next}`;
}

/** The whole result as text that reads well in a mail or a ticket. */
export function result_text(recommendation: Recommendation, address: string | null): string {
  const { name, headline, options, reasons, tradeoffs = [], changes = [], open = [], hiring } = recommendation;
  const firmness = firmness_of(recommendation);
  const lines = [`Recommendation: ${name}`];
  if (headline) lines.push(headline);
  lines.push("", `${firmness.badge}. ${firmness.sentence}`, "", "Points");
  for (const option of options) lines.push(`- ${option.name}: ${option.points}`);
  const list = (title: string, entries: string[]): void => {
    if (entries.length > 0) lines.push("", title, ...entries.map((entry) => `- ${entry}`));
  };
  list("Reasons", reasons.map((reason) => {
    const points = Object.entries(reason.points).map(([id, value]) => `${option_name(recommendation, id)} ${points_words(value)}`);
    const answer = reason.label ? `${reason.label}: ${reason.answer}` : always_holds;
    return `${answer} (${points.join(", ")}). ${reason.because}`;
  }));
  list("What you trade for it", tradeoffs);
  const { shown, more } = shown_changes(changes);
  list("What would change it", [...shown.map(({ text }) => text), ...(more ? [more] : [])]);
  list("Left open", open.map(({ label }) => label));
  if (hiring) {
    list("Hiring", [
      ...(hiring.summary ? [hiring.summary] : []),
      ...(hiring.roles ?? []).map((role) => `${role.title}: ${verdict_words(role.verdict)}. ${role.because ?? ""}`.trim()),
      ...(hiring.notes ?? []),
    ]);
  }
  if (address) lines.push("", address);
  return `${lines.join("\n")}\n`;
}
