// Fetches the result view beside the conversation: the first question does not wait for it, and it is here long before
// the last one. It is fetched early because an upgrade of the server may take this version's files away.
import type { Result } from "../result/Result.tsx";

export type ResultComponent = typeof Result;

const again_ms = 5000;

/** Calls back once, when the view is here; tries again for as long as the page lives. */
export function load_result(loaded: (component: ResultComponent) => void): void {
  import("../result/Result.tsx").then(
    (module) => loaded(module.Result),
    () => setTimeout(() => load_result(loaded), again_ms),
  );
}
