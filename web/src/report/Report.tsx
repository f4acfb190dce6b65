// The report page `/r/<code>`: a result to hand on, read only, with the answers that led to it.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Part } from "../result/Part.tsx";
import { Result } from "../result/Result.tsx";
import { Mark } from "../shared/icons.tsx";
import type { Recommendation } from "../shared/protocol.ts";

interface ReportData {
  recommendation: Recommendation;
  answers?: { question: string; label: string; answer: string }[];
  script?: { id: string; title: string };
  at?: string;
}

type Loading = { state: "loading" } | { state: "missing" } | { state: "failed" } | { state: "here"; data: ReportData };

async function load(code: string): Promise<Loading> {
  const response = await fetch(`/api/v1/reports/${encodeURIComponent(code)}`, { headers: { Accept: "application/json" } });
  if (response.status === 404) return { state: "missing" };
  if (!response.ok) return { state: "failed" };
  const data = (await response.json()) as ReportData;
  // The session may have been restarted and have no result at the moment.
  return data.recommendation ? { state: "here", data } : { state: "missing" };
}

export function Report({ code }: { code: string }): JSX.Element {
  const [loading, set_loading] = useState<Loading>({ state: "loading" });
  const [attempt, try_again] = useState(0);
  useEffect(() => {
    let shown = true;
    load(code).catch((): Loading => ({ state: "failed" })).then((result) => {
      if (shown) set_loading(result);
    }, () => {});
    return () => {
      shown = false;
    };
  }, [code, attempt]);
  useEffect(() => {
    document.title = loading.state === "here" ? `${loading.data.recommendation.name} – Stack Advisor` : "Report – Stack Advisor";
  }, [loading]);
  return (
    <div class="page report">
      <header class="top">
        <div class="top-inside">
          <Mark />
          <div class="top-title"><h1>Stack Advisor</h1><p>{loading.state === "here" ? (loading.data.script?.title ?? "Report") : "Report"}</p></div>
          <div class="tools"><a class="tool wide" href="/">Start your own</a></div>
        </div>
      </header>
      <main aria-busy={loading.state === "loading"}>
        <Body loading={loading} on_retry={() => try_again(attempt + 1)} />
      </main>
    </div>
  );
}

function Body({ loading, on_retry }: { loading: Loading; on_retry: () => void }): JSX.Element {
  switch (loading.state) {
    case "loading":
      return <div class="column"><p class="opening" role="status">One moment…</p></div>;
    case "missing":
      return (
        <div class="column refused">
          <h2>There is no such report here</h2>
          <p>The address may be incomplete, or the report was deleted or its conversation started again.</p>
          <a class="primary" href="/">Start your own</a>
        </div>
      );
    case "failed":
      return (
        <div class="column refused" role="alert">
          <h2>The report could not be loaded</h2>
          <p>The connection or the server is away at the moment.</p>
          <button type="button" class="primary" onClick={on_retry}>Try again</button>
        </div>
      );
    case "here":
      return <Loaded data={loading.data} />;
  }
}

const dates = new Intl.DateTimeFormat("en", { dateStyle: "long" });

function Loaded({ data }: { data: ReportData }): JSX.Element {
  const at = data.at ? new Date(data.at) : null;
  const answers = data.answers ?? [];
  return (
    <>
      <Result recommendation={data.recommendation} />
      <div class="result result-answers">
        {answers.length > 0 && (
          <Part title="The answers behind it">
            <dl class="answers">
              {answers.map(({ question, label, answer }) => (
                <div key={question}><dt>{label}</dt><dd><bdi>{answer}</bdi></dd></div>
              ))}
            </dl>
          </Part>
        )}
        <p class="report-foot">
          {at && !Number.isNaN(at.getTime()) && <>Answered on <time dateTime={data.at}>{dates.format(at)}</time>. </>}
          <a class="no-print" href="/">Start your own</a>
        </p>
      </div>
    </>
  );
}
