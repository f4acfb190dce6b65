// Keeps the newest message in view while the user follows the talk, and leaves the page alone while they read back.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

const near_px = 160;
const margin_px = 16;

export interface Following {
  /** Something new came while the user was reading further up. */
  behind: boolean;
  catch_up: () => void;
}

/** `news` changes with every turn, `sent` when the user sends; `finished` when the result is on the page. */
export function use_following(news: string, sent: string, finished: boolean): Following {
  const follows = useRef(true);
  const first = useRef(true);
  const [behind, set_behind] = useState(false);

  useEffect(() => {
    let before = window.scrollY;
    const watch = (): void => {
      const now = window.scrollY;
      if (distance_to_end() < near_px) {
        follows.current = true;
        set_behind(false);
      } else if (now < before) {
        follows.current = false;
      }
      before = now;
    };
    window.addEventListener("scroll", watch, { passive: true });
    return () => window.removeEventListener("scroll", watch);
  }, []);

  useLayoutEffect(() => {
    if (sent !== "undefined") follows.current = true;
  }, [sent]);

  useLayoutEffect(() => {
    if (!follows.current) set_behind(true);
    else show_newest(first.current ? "instant" : "smooth", finished);
    if (news !== "0/0") first.current = false;
  }, [news, sent, finished]);

  return {
    behind,
    catch_up: () => {
      follows.current = true;
      set_behind(false);
      show_newest("smooth", finished);
    },
  };
}

function distance_to_end(): number {
  return document.documentElement.scrollHeight - window.innerHeight - window.scrollY;
}

/** Goes to the end, but never past the beginning of what is new: a long answer is read from its top. */
function show_newest(behavior: ScrollBehavior, finished: boolean): void {
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const mine = document.querySelectorAll(".mine");
  const start = finished ? document.querySelector(".result") : mine[mine.length - 1];
  const header = document.querySelector(".top");
  const covered = header && getComputedStyle(header).position === "sticky" ? header.getBoundingClientRect().height : 0;
  const end = document.documentElement.scrollHeight - window.innerHeight;
  const top = start ? start.getBoundingClientRect().top + window.scrollY - covered - margin_px : end;
  window.scrollTo({ top: Math.max(0, Math.min(end, top)), behavior: calm ? "instant" : behavior });
}
