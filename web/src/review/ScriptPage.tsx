// One script: a version of it to read or edit, what changed, what it favours, past talks on it, a talk to try, and putting it live.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { type Me, type ScriptVersion, send, type VersionDetail } from "./api.ts";
import { type Action, Confirm, go, Heading, Said, use_action, use_loaded, Waiting } from "./parts.tsx";
import { Changes, Shares, Tree } from "./ScriptLook.tsx";
import { ScriptEditor } from "./ScriptEditor.tsx";
import { Play } from "./ScriptPlay.tsx";
import { Replay } from "./ScriptReplay.tsx";
import { StateBadge } from "./ScriptList.tsx";
import { api_root, read_filters, script_address, script_views, type ScriptView, with_filters } from "./url.ts";
import { short_hash, time_words } from "./words.ts";

/** A version as the API names it. */
export function version_path(script: string, hash: string): string {
  return `/scripts/${encodeURIComponent(script)}/versions/${encodeURIComponent(hash)}`;
}

const view_names: Record<ScriptView, string> = { text: "Text", changes: "Changes", shares: "Shares", tree: "Tree", replay: "Replay", play: "Play" };

export function ScriptPage({ me, id, search }: { me: Me; id: string; search: string }): JSX.Element {
  const { version = "", view: wanted = "" } = read_filters(search, ["version", "view"]);
  const view = script_views.find((name) => name === wanted) ?? "text";
  const versions = use_loaded<{ scripts: ScriptVersion[] }>(with_filters("/scripts", { script: id }));
  const list = versions.data?.scripts ?? [];
  const shown = list.find(({ hash }) => version !== "" && hash.startsWith(version)) ?? (version === "" ? list.find(({ state }) => state === "published") ?? list[0] : undefined);
  const action = use_action();
  return (
    <>
      <p class="crumbs"><a href="/review/scripts">Scripts</a></p>
      <div class="page-head"><Heading title={id}>{id}</Heading></div>
      {!versions.data && <Waiting problem={versions.problem} again={() => void versions.again()} />}
      {versions.data && !shown && <p class="empty">There is no such version of “{id}” here.</p>}
      {shown && <Version key={shown.hash} me={me} shown={shown} list={list} view={view} search={search} action={action} again={versions.again} />}
    </>
  );
}

interface VersionProps {
  me: Me;
  shown: ScriptVersion;
  list: ScriptVersion[];
  view: ScriptView;
  search: string;
  action: Action;
  again: () => Promise<void>;
}

function Version({ me, shown, list, view, search, action, again }: VersionProps): JSX.Element {
  const detail = use_loaded<VersionDetail>(version_path(shown.script, shown.hash));
  const published = list.find(({ state }) => state === "published");
  const saved = async (hash: string): Promise<void> => {
    await again();
    go(script_address(shown.script, hash));
  };
  return (
    <>
      <div class="facts version-bar">
        <label class="field-inline">Version
          <select class="input" value={shown.hash} onChange={(event) => go(script_address(shown.script, event.currentTarget.value, view))}>
            {list.map((each) => <option key={each.hash} value={each.hash}>{short_hash(each.hash)}, {each.state}, {time_words(each.published_at ?? each.added_at)}{each.note && `: ${each.note.slice(0, 40)}`}</option>)}
          </select>
        </label>
        <StateBadge state={shown.state} />
        <p class="hint">{shown.author && <>by {shown.author} · </>}{time_words(shown.added_at)} UTC{shown.note && <> · <span dir="auto">{shown.note}</span></>}</p>
        <Doings me={me} shown={shown} list={list} detail={detail.data} action={action} again={again} />
      </div>
      <Said action={action} />
      <nav class="views" aria-label="Views of this version">
        <ul class="chips-list">
          {script_views.map((name) => <li key={name}><a class="chip-link" href={script_address(shown.script, shown.hash, name)} aria-current={name === view ? "page" : undefined}>{view_names[name]}</a></li>)}
        </ul>
      </nav>
      {view === "text" && (detail.data ? <ScriptEditor me={me} version={detail.data} action={action} on_saved={saved} /> : <Waiting problem={detail.problem} again={() => void detail.again()} />)}
      {view === "changes" && <Changes shown={shown} list={list} published={published} search={search} />}
      {view === "shares" && <Shares shown={shown} published={published} proof={detail.data?.proof ?? null} />}
      {view === "tree" && <Tree shown={shown} />}
      {view === "replay" && <Replay me={me} shown={shown} search={search} />}
      {view === "play" && <Play shown={shown} />}
    </>
  );
}

interface Question {
  title: string;
  text: string;
  action: string;
  done: string;
  yes: () => Promise<unknown>;
}

/** What can be done with a version: publish it, go back to the one before, throw a draft away. */
function Doings({ me, shown, list, detail, action, again }: { me: Me; shown: ScriptVersion; list: ScriptVersion[]; detail: VersionDetail | null; action: Action; again: () => Promise<void> }): JSX.Element {
  const [question, set_question] = useState<Question | null>(null);
  const published = list.find(({ state }) => state === "published");
  const path = version_path(shown.script, shown.hash);
  const stays = "Talks that are under way stay with the version that they began with, and it is written to the audit log.";
  const publish: Question = {
    title: `Publish ${short_hash(shown.hash)}?`,
    text: `New talks begin with this version at once${published ? `, instead of ${short_hash(published.hash)}` : ""}. ${stays}`,
    action: "Publish it",
    done: "Published: new talks begin with this version.",
    yes: () => send("POST", `${path}/publish`, { note: shown.note, replaces: published?.hash ?? "" }),
  };
  const back: Question = {
    title: "Roll back?",
    text: `New talks begin at once with the version that was published before ${short_hash(shown.hash)}. ${stays}`,
    action: "Roll back",
    done: "Rolled back: new talks begin with the version before.",
    yes: async () => {
      const { published: hash } = await send<{ published: string }>("POST", `/scripts/${encodeURIComponent(shown.script)}/rollback`, { replaces: shown.hash });
      go(script_address(shown.script, hash));
    },
  };
  const remove: Question = {
    title: "Delete this draft?",
    text: "Its text is gone for good. No talk ran on it.",
    action: "Delete the draft",
    done: "The draft is deleted.",
    yes: async () => {
      await send("DELETE", path);
      go(script_address(shown.script));
    },
  };
  const can_go_back = list.some(({ hash, published_at }) => hash !== shown.hash && published_at !== null);
  return (
    <p class="row">
      {me.role === "admin" && shown.state !== "published" && <button type="button" class="button strong" disabled={!detail?.good} onClick={() => set_question(publish)}>Publish</button>}
      {me.role === "admin" && shown.state === "published" && can_go_back && <button type="button" class="button danger" onClick={() => set_question(back)}>Roll back</button>}
      {me.role !== "viewer" && shown.state === "draft" && <button type="button" class="button danger" onClick={() => set_question(remove)}>Delete draft</button>}
      <a class="button" href={`${api_root}${path}`} download={`${shown.script}-${short_hash(shown.hash)}.json`}>JSON</a>
      {detail && !detail.good && <span class="problem">has errors, and cannot be published</span>}
      {question && (
        <Confirm title={question.title} text={question.text} action={question.action} on_no={() => set_question(null)} on_yes={async () => {
          await question.yes();
          set_question(null);
          await action.run(again, question.done);
        }} />
      )}
    </p>
  );
}
