// The console's addresses: which page, which filters. Everything that decides what is shown is in the address. Pure.

export type PageName = "sessions" | "session" | "analytics" | "inbox" | "scripts" | "script" | "operations" | "audit" | "accounts" | "welcome" | "missing";

export interface Place {
  page: PageName;
  /** Of the session, the script, or the row of the inbox, that is shown. */
  id?: string;
}

export type Filters = Record<string, string>;

export const api_root = "/api/v1/review";

/** The filters of a list, in the order in which they are shown and written. */
export const session_filters = [
  "q", "outcome", "firmness", "state", "left_at", "script", "script_version", "channel", "locale", "from", "to", "tag", "reviewed", "rating",
  "min_duration", "max_duration",
] as const;

export const analytics_filters = ["script", "script_version", "compare", "channel", "locale", "from", "to"] as const;

const plain_pages: readonly string[] = ["sessions", "analytics", "inbox", "scripts", "operations", "audit", "accounts", "welcome"];

export function read_place(pathname: string): Place {
  const [, root, page = "", id = "", ...rest] = pathname.replace(/\/$/, "").split("/");
  if (root !== "review" || rest.length > 0) return { page: "missing" };
  if (page === "") return { page: "sessions" };
  if (page === "sessions" && id !== "") return { page: "session", id: decoded(id) };
  if (page === "scripts" && id !== "") return { page: "script", id: decoded(id) };
  if (page === "inbox" && id !== "") return { page: "inbox", id: decoded(id) };
  if (id === "" && plain_pages.includes(page)) return { page: page as PageName };
  return { page: "missing" };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The filters of `names` that are set in a query such as "?q=chat&tag=". */
export function read_filters(search: string, names: readonly string[]): Filters {
  const given = new URLSearchParams(search);
  const filters: Filters = {};
  for (const name of names) {
    const value = given.get(name)?.trim();
    if (value) filters[name] = value;
  }
  return filters;
}

/** `path` with the filters that are not empty, in the order of their names' list. */
export function with_filters(path: string, filters: Filters): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filters)) {
    if (value !== "") query.set(name, value);
  }
  const text = query.toString();
  return text === "" ? path : `${path}?${text}`;
}

export function without(filters: Filters, name: string): Filters {
  return Object.fromEntries(Object.entries(filters).filter(([other]) => other !== name));
}

export function session_address(id: string): string {
  return `/review/sessions/${encodeURIComponent(id)}`;
}

export const script_views = ["text", "changes", "shares", "tree", "replay", "play"] as const;
export type ScriptView = (typeof script_views)[number];

/** The page of a script; without a version, of the one that is published. */
export function script_address(script: string, version = "", view: ScriptView = "text", more: Filters = {}): string {
  return with_filters(`/review/scripts/${encodeURIComponent(script)}`, { version, view: view === "text" ? "" : view, ...more });
}

export function inbox_address(id: number): string {
  return `/review/inbox/${id}`;
}

/** The first and last day of the `days` days that end with `today`, as filters; UTC, as everything the server counts. */
export function last_days(days: number, today: Date): { from: string; to: string } {
  const day_ms = 86_400_000;
  return { from: new Date(today.getTime() - (days - 1) * day_ms).toISOString().slice(0, 10), to: today.toISOString().slice(0, 10) };
}
