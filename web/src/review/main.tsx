// Entry of the review console at `/review`: who is there, and which page is shown.
import { type JSX, render } from "preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { Mark } from "../shared/icons.tsx";
import { Accounts } from "./Accounts.tsx";
import { Analytics } from "./Analytics.tsx";
import { get, type Me, problem_words, Refused, send, when_signed_out } from "./api.ts";
import { Inbox } from "./Inbox.tsx";
import { InboxText } from "./InboxText.tsx";
import { Login, Welcome } from "./Login.tsx";
import { Audit, OperationsPage } from "./Operations.tsx";
import { follow_links, go, Heading, use_address, Waiting } from "./parts.tsx";
import { Scripts } from "./ScriptList.tsx";
import { ScriptPage } from "./ScriptPage.tsx";
import { Session } from "./Session.tsx";
import { Sessions } from "./Sessions.tsx";
import { type Place, read_place } from "./url.ts";
import "../styles/tokens.css";
import "../styles/base.css";
import "../styles/result.css";
import "../styles/review.css";
import "../styles/review_lists.css";
import "../styles/review_cards.css";
import "../styles/review_scripts.css";
import "../styles/review_small.css";

type Who = { state: "asking" } | { state: "out" } | { state: "failed"; problem: string } | { state: "in"; me: Me };

function App(): JSX.Element {
  const { pathname, search } = use_address();
  const [who, set_who] = useState<Who>({ state: "asking" });
  const ask = useCallback(async (): Promise<void> => {
    try {
      set_who({ state: "in", me: await get<Me>("/me") });
    } catch (problem) {
      set_who(problem instanceof Refused && problem.status === 401 ? { state: "out" } : { state: "failed", problem: problem_words(problem) });
    }
  }, []);
  useEffect(() => {
    when_signed_out(() => set_who({ state: "out" }));
    // A welcome link comes before anybody can be logged in.
    if (read_place(location.pathname).page !== "welcome") void ask();
  }, [ask]);
  const place = read_place(pathname);
  if (place.page === "welcome") {
    return <Welcome secret={location.hash.slice(1)} on_in={async () => {
      go("/review", true);
      await ask();
    }} />;
  }
  switch (who.state) {
    case "asking":
      return <main class="gate"><Waiting problem="" /></main>;
    case "failed":
      return <main class="gate"><Waiting problem={who.problem} again={() => void ask()} /></main>;
    case "out":
      return <Login on_in={ask} />;
    case "in":
      return <Console me={who.me} place={place} search={search} on_out={() => set_who({ state: "out" })} />;
  }
}

const links: { page: Place["page"]; text: string; admin?: boolean }[] = [
  { page: "sessions", text: "Sessions" },
  { page: "analytics", text: "Analytics" },
  { page: "inbox", text: "Inbox" },
  { page: "scripts", text: "Scripts" },
  { page: "operations", text: "Operations" },
  { page: "audit", text: "Audit", admin: true },
];

function Console({ me, place, search, on_out }: { me: Me; place: Place; search: string; on_out: () => void }): JSX.Element {
  const log_out = async (): Promise<void> => {
    await send("POST", "/logout").catch(() => {});
    on_out();
  };
  const current = place.page === "session" ? "sessions" : place.page === "script" ? "scripts" : place.page;
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    document.addEventListener("click", follow_links);
    return () => document.removeEventListener("click", follow_links);
  }, []);
  // On a phone the row of pages is wider than the screen.
  useEffect(() => {
    const link = nav.current?.querySelector<HTMLElement>("[aria-current]");
    if (link && nav.current) nav.current.scrollLeft = link.offsetLeft - (nav.current.clientWidth - link.offsetWidth) / 2;
  }, [current]);
  return (
    <div class="console">
      <a class="skip" href="#content">To the content</a>
      <header class="topbar">
        <a class="brand" href="/review"><Mark /><span>Review</span></a>
        <nav ref={nav} aria-label="Pages">
          {links.filter(({ admin }) => !admin || me.role === "admin").map(({ page, text }) => (
            <a key={page} href={`/review/${page}`} aria-current={page === current ? "page" : undefined}>{text}</a>
          ))}
        </nav>
        <div class="who">
          <a href="/review/accounts" aria-current={current === "accounts" ? "page" : undefined}>{me.name}<span class="who-role"> {me.role}</span></a>
          <button type="button" class="button" onClick={() => void log_out()}>Log out</button>
        </div>
      </header>
      <main id="content" tabIndex={-1}><Page me={me} place={place} search={search} /></main>
    </div>
  );
}

function Page({ me, place, search }: { me: Me; place: Place; search: string }): JSX.Element {
  switch (place.page) {
    case "sessions":
      return <Sessions me={me} search={search} />;
    case "session":
      return <Session key={place.id} me={me} id={place.id ?? ""} />;
    case "analytics":
      return <Analytics search={search} />;
    case "inbox":
      return place.id ? <InboxText key={place.id} me={me} id={place.id} /> : <Inbox me={me} search={search} />;
    case "scripts":
      return <Scripts />;
    case "script":
      return <ScriptPage key={place.id} me={me} id={place.id ?? ""} search={search} />;
    case "operations":
      return <OperationsPage me={me} />;
    case "audit":
      return <Audit search={search} />;
    case "accounts":
      return <Accounts me={me} />;
    default:
      return <><Heading title="Not found">There is no such page</Heading><p><a href="/review">To the sessions</a></p></>;
  }
}

const root = document.getElementById("app");
if (!root) throw new Error("review.html has no element with the id \"app\"");
render(<App />, root);
