// Numbers, times and names as the console writes them. Pure; times are UTC, as the filters are.

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });

export const none = "–";

export function count_words(value: number | null | undefined): string {
  return value === null || value === undefined ? none : whole.format(value);
}

export function mean_words(value: number | null | undefined): string {
  return value === null || value === undefined ? none : tenth.format(value);
}

/** "0 %", "7.5 %", "42 %": one digit behind the point where it says something. */
export function share_words(share: number | null | undefined): string {
  if (share === null || share === undefined || Number.isNaN(share)) return none;
  const percent = share * 100;
  return `${percent > 0 && percent < 10 ? tenth.format(percent) : whole.format(percent)} %`;
}

function two_digits(value: number): string {
  return String(value).padStart(2, "0");
}

/** "0.8 s", "45 s", "3 min 05 s", "2 h 07 min", "3 d 4 h". */
export function duration_words(milliseconds: number | null | undefined): string {
  if (milliseconds === null || milliseconds === undefined) return none;
  if (milliseconds === 0) return "0 s";
  if (milliseconds < 9950) return `${tenth.format(milliseconds / 1000)} s`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${two_digits(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ${two_digits(minutes % 60)} min`;
  const hours = Math.round(minutes / 60);
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** "2026-03-01T12:30:15.123Z" as "1 Mar 12:30", with the year when it is not `this_year`. */
export function time_words(time: string | null | undefined, this_year?: number): string {
  const parts = /^(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d)/.exec(time ?? "");
  if (!parts) return time || none;
  const [, year, month, day, clock] = parts;
  const date = `${Number(day)} ${months[Number(month) - 1] ?? month}`;
  return Number(year) === this_year ? `${date} ${clock}` : `${date} ${year} ${clock}`;
}

/** "2.4 GB", "512 kB". */
export function bytes_words(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined) return none;
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? whole.format(value) : tenth.format(value)} ${units[unit]}`;
}

/** An id as words: "too_close" is "too close". */
export function id_words(id: string): string {
  return id.replaceAll("_", " ");
}

export function firmness_words(firmness: string | null): string {
  return firmness === "too_close" ? "too close" : (firmness ?? "");
}

/** The part of a content hash that people compare by eye. */
export function short_hash(hash: string): string {
  return hash.slice(0, 8);
}

/** How much a figure moved: "+3", "−2.5", "0"; nothing when one of the two is missing. */
export function difference_words(now: number | null | undefined, before: number | null | undefined, words: (value: number) => string): string {
  if (now === null || now === undefined || before === null || before === undefined) return none;
  const difference = now - before;
  const text = words(Math.abs(difference));
  return difference === 0 || /^0([.]0)?\D*$/.test(text) ? "±0" : `${difference > 0 ? "+" : "−"}${text}`;
}

const filter_names: Record<string, string> = {
  q: "text", outcome: "result", firmness: "firmness", state: "state", left_at: "left at", script: "script", script_version: "version", channel: "channel",
  locale: "language", from: "from", to: "until", tag: "tag", reviewed: "reviewed", rating: "rating", min_duration: "at least", max_duration: "at most",
};

/** A filter as its chip says it. */
export function filter_words(name: string, value: string): string {
  const words = name === "min_duration" || name === "max_duration" ? `${value} s` : name === "script_version" ? short_hash(value) : id_words(value);
  return `${filter_names[name] ?? name}: ${words}`;
}

/** A typed answer for what-if as a value: a whole number or yes/no where it reads as one, a list where the old one was. */
export function typed_value(text: string, like: unknown): unknown {
  const trimmed = text.trim();
  if (trimmed === "") return null;
  if (Array.isArray(like)) return trimmed.split(",").map((part) => part.trim()).filter(Boolean);
  if (/^-?\d+$/.test(trimmed) && typeof like !== "string") return Number(trimmed);
  const range = /^(-?\d+)\s*(?:-|–|to|\.\.)\s*(-?\d+)$/.exec(trimmed);
  if (range && typeof like !== "string") return { min: Number(range[1]), max: Number(range[2]) };
  if (typeof like === "boolean" && /^(yes|true|no|false)$/i.test(trimmed)) return /^(yes|true)$/i.test(trimmed);
  return trimmed;
}

/** The opposite: a value as the field that edits it shows it. */
export function value_text(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.join(", ");
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "object") {
    const { min, max } = value as { min?: unknown; max?: unknown };
    return `${String(min)}-${String(max)}`;
  }
  return String(value);
}
