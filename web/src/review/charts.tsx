// Charts that one can read aloud: a picture with its sense in words, and the table it was drawn from.
import type { JSX } from "preact";
import type { Figures } from "./api.ts";
import { Scroll } from "./parts.tsx";
import { count_words, id_words, share_words } from "./words.ts";

const width = 720;
const height = 150;
const tones = 6;

/** The outcomes of a series, the most frequent first; what is still open comes last. */
export function outcome_order(series: Figures["over_time"]): string[] {
  const sums = new Map<string, number>();
  for (const { outcomes } of series) {
    for (const [outcome, sessions] of Object.entries(outcomes)) sums.set(outcome, (sums.get(outcome) ?? 0) + sessions);
  }
  return [...sums].sort(([left, many], [right, few]) => Number(left === "open") - Number(right === "open") || few - many || (left < right ? -1 : 1)).map(([outcome]) => outcome);
}

export function tone_of(outcome: string, order: string[]): string {
  return outcome === "open" ? "tone-open" : `tone-${order.indexOf(outcome) % tones}`;
}

/** What the picture shows, in one sentence. */
export function series_words({ over_time, by }: Pick<Figures, "over_time" | "by">): string {
  const [first] = over_time;
  const last = over_time.at(-1);
  if (!first || !last) return "No sessions.";
  const best = over_time.reduce((most, entry) => (entry.started > most.started ? entry : most), first);
  return `Sessions started by ${by}, ${first.period} to ${last.period}: the most, ${count_words(best.started)}, on ${best.period}.`;
}

export function OverTime({ figures }: { figures: Figures }): JSX.Element {
  const { over_time } = figures;
  const order = outcome_order(over_time);
  const most = Math.max(1, ...over_time.map(({ started }) => started));
  const step = width / Math.max(over_time.length, 12);
  return (
    <>
      <svg class="chart" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={series_words(figures)}>
        {over_time.map((entry, index) => <Column key={entry.period} entry={entry} order={order} at={index * step} wide={Math.max(1, step * 0.8)} scale={(height - 4) / most} />)}
      </svg>
      <p class="chart-ends"><span>{over_time[0]?.period}</span><span>at most {count_words(most)} a {figures.by}</span><span>{over_time.at(-1)?.period}</span></p>
      <ul class="legend" aria-label="Colours">{order.map((outcome) => <li key={outcome}><span class={`swatch ${tone_of(outcome, order)}`} aria-hidden="true" />{id_words(outcome)}</li>)}</ul>
      <details>
        <summary>As a table</summary>
        <Scroll label="Outcomes over time" tall>
          <table class="list figures">
            <caption class="visually-hidden">Outcomes over time</caption>
            <thead><tr><th scope="col">{figures.by === "day" ? "Day" : "Month"}</th><th scope="col" class="num">Started</th><th scope="col" class="num">Finished</th>{order.map((outcome) => <th scope="col" class="num" key={outcome}>{id_words(outcome)}</th>)}</tr></thead>
            <tbody>
              {over_time.map(({ period, started, finished, outcomes }) => (
                <tr key={period}><th scope="row">{period}</th><td class="num">{count_words(started)}</td><td class="num">{count_words(finished)}</td>{order.map((outcome) => <td class="num" key={outcome}>{count_words(outcomes[outcome] ?? 0)}</td>)}</tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </details>
    </>
  );
}

function Column({ entry, order, at, wide, scale }: { entry: Figures["over_time"][number]; order: string[]; at: number; wide: number; scale: number }): JSX.Element {
  let foot = height;
  return (
    <g>
      <title>{`${entry.period}: ${count_words(entry.started)} started, ${share_words(entry.started === 0 ? 0 : entry.finished / entry.started)} finished`}</title>
      {order.map((outcome) => {
        const tall = (entry.outcomes[outcome] ?? 0) * scale;
        foot -= tall;
        return tall > 0 ? <rect key={outcome} class={tone_of(outcome, order)} x={at} y={foot} width={wide} height={tall} /> : null;
      })}
    </g>
  );
}
