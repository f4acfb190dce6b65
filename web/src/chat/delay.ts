// How long to wait before trying again. Full jitter: after a restart of the server, thousands of pages must not come back
// in the same instant. `random` is in [0, 1).

const shortest_ms = 500;
const longest_ms = 30_000;

/** Before the next connection, after `failures` lost ones. */
export function reconnect_delay_ms(failures: number, restarting: boolean, random: number): number {
  if (restarting && failures <= 3) return Math.round(100 + random * 900);
  const ceiling = Math.min(longest_ms, shortest_ms * 2 ** Math.min(failures, 16));
  return Math.round(random * ceiling);
}

/** Before the same frame is sent again, after `refusals` answers of "not now". */
export function retry_delay_ms(refusals: number, random: number): number {
  const ceiling = Math.min(longest_ms, shortest_ms * 2 ** Math.min(refusals, 16));
  return Math.round(ceiling / 4 + (random * ceiling * 3) / 4);
}
