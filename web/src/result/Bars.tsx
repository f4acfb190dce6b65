// Points per option: a table whose bars are stacks of bricks, one brick for each point.
import type { JSX } from "preact";
import type { Recommendation } from "../shared/protocol.ts";
import { Part } from "./Part.tsx";

export function Bars({ recommendation }: { recommendation: Recommendation }): JSX.Element {
  const { options, firmness } = recommendation;
  const ranked = [...options].sort((left, right) => right.points - left.points);
  const most = Math.max(1, ...ranked.map(({ points }) => Math.abs(points)));
  const level = firmness === "too_close" ? (ranked[1]?.points ?? 0) : (ranked[0]?.points ?? 0);
  return (
    <Part title="How the options compare">
      <table class="bars">
        <caption class="visually-hidden">Points for each option, best first</caption>
        <thead class="visually-hidden"><tr><th scope="col">Option</th><th scope="col">Points</th></tr></thead>
        <tbody>
          {ranked.map(({ id, name, points }) => (
            <tr key={id} class={points >= level ? "ahead" : undefined}>
              <th scope="row">{name}</th>
              <td>
                <span class="bar-track" aria-hidden="true">
                  <span class={points < 0 ? "bar negative" : "bar"} style={{ "--share": Math.abs(points) / most, "--bricks": Math.max(1, Math.abs(points)) }} />
                </span>
                <span class="bar-points">{points < 0 ? `−${-points}` : points}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="hint">One brick is one point. Every point comes from one of the reasons below.</p>
    </Part>
  );
}
