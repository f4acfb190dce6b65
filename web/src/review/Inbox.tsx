// The inbox: what people typed and the advisor asked back.
import type { JSX } from "preact";
import { type InboxRow, type Me, send } from "./api.ts";
import { use_live } from "./live.ts";
import { Heading, Said, Scroll, use_action, use_loaded, Waiting } from "./parts.tsx";
import { inbox_address, read_filters, session_address, with_filters, without } from "./url.ts";
import { count_words, id_words, time_words } from "./words.ts";

const inbox_path = "/review/inbox";

export function Inbox({ me, search }: { me: Me; search: string }): JSX.Element {
  const filters = read_filters(search, ["question", "dismissed", "cursor"]);
  const loaded = use_loaded<{ inbox: InboxRow[]; next: string | null }>(with_filters("/inbox", filters));
  const action = use_action();
  const away = filters.dismissed === "yes";
  const may = me.role !== "viewer";
  const first = without(filters, "cursor");
  const put_away = (row: InboxRow): void => void action.run(async () => {
    await send("POST", `/inbox/${row.id}`, { dismissed: !row.dismissed });
    await loaded.again();
  }, row.dismissed ? "Back in the inbox." : "Put away.");
  const { again, data } = loaded;
  use_live(!filters.cursor, () => void again());
  return (
    <>
      <div class="page-head"><Heading key={filters.cursor ?? ""} title="Inbox">Inbox</Heading><p class="hint">What people typed and the advisor asked back, the most frequent first.</p></div>
      <ul class="chips-list" aria-label="Which texts">
        <li><a class="chip-link" href={with_filters(inbox_path, without(first, "dismissed"))} aria-current={away ? undefined : "true"}>To look at</a></li>
        <li><a class="chip-link" href={with_filters(inbox_path, { ...first, dismissed: "yes" })} aria-current={away ? "true" : undefined}>Put away</a></li>
        {filters.question && <li><a class="chip-link" href={with_filters(inbox_path, without(first, "question"))}>question: {id_words(filters.question)}<span aria-hidden="true"> ×</span><span class="visually-hidden">, take away</span></a></li>}
      </ul>
      <Said action={action} />
      {!data && <Waiting problem={loaded.problem} again={() => void loaded.again()} />}
      {data && data.inbox.length === 0 && <p class="empty">{away ? "Nothing was put away." : "Nothing here: every text was understood, or put away."}</p>}
      {data && data.inbox.length > 0 && (
        <Scroll label="Texts that were not understood">
          <table class="list figures">
            <caption class="visually-hidden">Texts that were not understood</caption>
            <thead><tr><th scope="col">Text</th><th scope="col">Question</th><th scope="col" class="num">Times</th><th scope="col">Last</th><th scope="col">Talk</th>{may && <th scope="col"><span class="visually-hidden">Do</span></th>}</tr></thead>
            <tbody>
              {data.inbox.map((row) => (
                <tr key={row.id}>
                  <th scope="row" dir="auto"><a href={inbox_address(row.id)}>{row.example || row.text}</a></th>
                  <td>{row.question ? <a href={with_filters(inbox_path, { ...first, question: row.question })}>{id_words(row.question)}</a> : ""}<span class="under whole">{row.script}</span></td>
                  <td class="num">{count_words(row.count)}</td>
                  <td class="when">{time_words(row.last_at)}</td>
                  <td>{row.session && <a href={session_address(row.session)}>read<span class="visually-hidden"> the talk of “{row.text}”</span></a>}</td>
                  {may && <td><button type="button" class="button" onClick={() => put_away(row)}>{row.dismissed ? "Bring back" : "Put away"}<span class="visually-hidden">: {row.text}</span></button></td>}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      <nav class="pager" aria-label="Parts of the list">
        {filters.cursor && <a class="button" href={with_filters(inbox_path, first)}>Most frequent</a>}
        {data?.next && <a class="button" href={with_filters(inbox_path, { ...first, cursor: data.next })}>Less frequent</a>}
      </nav>
    </>
  );
}
