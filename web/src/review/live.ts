// News while a page is open: the server says when something has changed; where it cannot, the page asks from time to time.
import { useEffect, useRef } from "preact/hooks";
import { api_root } from "./url.ts";

const ask_ms = 5000;
const pause_ms = 1000;
const retry_ms = 60_000;

/** Follows the server's events until `stop`; `news` is called at most once a second, and every five seconds while there is no stream. */
class Follower {
  #source: EventSource | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #pause: ReturnType<typeof setTimeout> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #waiting = false;

  constructor(private readonly news: () => void) {}

  start(): void {
    this.stop();
    this.#ask_meanwhile();
    const source = new EventSource(`${api_root}/events`);
    this.#source = source;
    source.addEventListener("open", () => {
      clearInterval(this.#timer);
      this.#timer = undefined;
    });
    source.addEventListener("change", () => this.#tell());
    source.addEventListener("error", () => {
      this.#ask_meanwhile();
      // Refused, as with too many pages open; the browser tries again by itself after anything else.
      if (source.readyState === EventSource.CLOSED) this.#retry = setTimeout(() => this.start(), retry_ms);
    });
  }

  stop(): void {
    this.#source?.close();
    this.#source = null;
    clearInterval(this.#timer);
    clearTimeout(this.#pause);
    clearTimeout(this.#retry);
    this.#timer = this.#pause = this.#retry = undefined;
    this.#waiting = false;
  }

  #ask_meanwhile(): void {
    this.#timer ??= setInterval(() => this.#tell(), ask_ms);
  }

  #tell(): void {
    if (this.#pause !== undefined) {
      this.#waiting = true;
      return;
    }
    this.news();
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      if (!this.#waiting) return;
      this.#waiting = false;
      this.#tell();
    }, pause_ms);
  }
}

/** Calls `news` when what the server shows may have changed, while `on` and the tab is visible. */
export function use_live(on: boolean, news: () => void): void {
  const latest = useRef(news);
  latest.current = news;
  useEffect(() => {
    if (!on) return undefined;
    const follower = new Follower(() => latest.current());
    const look = (): void => document.visibilityState === "visible" ? follower.start() : follower.stop();
    look();
    document.addEventListener("visibilitychange", look);
    return () => {
      document.removeEventListener("visibilitychange", look);
      follower.stop();
    };
  }, [on]);
}
