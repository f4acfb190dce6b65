// Webhooks with what they are still to be told, chat hooks, and a backup by hand.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { type Deliveries, type Me, send, type Webhook, type WebhookDetail } from "./api.ts";
import { Said, Scroll, Section, use_action, use_loaded, Waiting } from "./parts.tsx";
import { bytes_words, count_words, time_words } from "./words.ts";

const root = "/operations/webhooks";

/** What has to be told to others; tests and replays are for admins. */
export function Delivery({ me }: { me: Me }): JSX.Element {
  const loaded = use_loaded<Deliveries>(root);
  const [open, set_open] = useState("");
  const action = use_action();
  const { data } = loaded;
  const test = (id: string): void => void action.run(async () => {
    const { delivered, webhook } = await send<{ delivered: boolean; webhook: Webhook }>("POST", `${root}/${encodeURIComponent(id)}/test`);
    await loaded.again();
    if (!delivered) throw new Error(`Not delivered: ${webhook.last_error}`);
  }, "The test was delivered.");
  const enable = (id: string): void => void action.run(async () => {
    await send("POST", `${root}/${encodeURIComponent(id)}/enable`);
    await loaded.again();
  }, "Switched on.");
  return (
    <>
      <Section title="Webhooks" aside={data?.webhooks.some(({ dead }) => dead > 0) ? <span class="badge bad">undelivered</span> : undefined}>
        {!data && <Waiting problem={loaded.problem} again={() => void loaded.again()} />}
        {data && data.webhooks.length === 0 && <p>None. <code>advisor webhook add</code> adds one.</p>}
        {data && data.webhooks.length > 0 && (
          <Scroll label="Webhooks">
            <table class="list figures">
              <caption class="visually-hidden">Webhooks</caption>
              <thead><tr><th scope="col">Webhook</th><th scope="col">State</th><th scope="col" class="num">Waiting</th><th scope="col" class="num">Dead</th>{me.role === "admin" && <th scope="col"><span class="visually-hidden">Do</span></th>}</tr></thead>
              <tbody>
                {data.webhooks.map(({ id, kind, host, state, enabled, pending, dead, last_success_at }) => (
                  <tr key={id}>
                    <th scope="row">{id}<span class="under whole">{kind}, {host}</span></th>
                    <td>{state}<span class="under">{last_success_at ? `last delivered ${time_words(last_success_at)}` : "nothing delivered yet"}</span></td>
                    <td class="num">{count_words(pending)}</td>
                    <td class="num">{dead > 0 ? <button type="button" class="button" aria-expanded={open === id} onClick={() => set_open(open === id ? "" : id)}>{count_words(dead)}<span class="visually-hidden"> dead messages of {id}</span></button> : 0}</td>
                    {me.role === "admin" && (
                      <td>
                        <button type="button" class="button" disabled={action.busy} onClick={() => test(id)}>Test<span class="visually-hidden"> {id}</span></button>
                        {!enabled && <button type="button" class="button" disabled={action.busy} onClick={() => enable(id)}>Switch on<span class="visually-hidden"> {id}</span></button>}
                      </td>
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        )}
        <Said action={action} />
        {open && <Dead key={open} me={me} id={open} changed={loaded.again} />}
      </Section>
      <Section title="Chat tools">
        {data && data.hooks.length === 0 && <p>None. <code>advisor hook add</code> adds one.</p>}
        {data && data.hooks.length > 0 && <dl class="pairs">{data.hooks.map(({ id, platform, shared, added_at }) => <div key={id}><dt>{id}</dt><dd>{platform}{shared ? ", shared" : ""}, since {time_words(added_at)}</dd></div>)}</dl>}
      </Section>
    </>
  );
}

function Dead({ me, id, changed }: { me: Me; id: string; changed: () => Promise<void> }): JSX.Element {
  const loaded = use_loaded<WebhookDetail>(`${root}/${encodeURIComponent(id)}`);
  const action = use_action();
  const replay = (path: string): void => void action.run(async () => {
    await send("POST", path);
    await Promise.all([loaded.again(), changed()]);
  }, "To be sent again.");
  const { data } = loaded;
  return (
    <>
      <h3>Dead messages of {id}</h3>
      {!data && <Waiting problem={loaded.problem} again={() => void loaded.again()} />}
      <ul class="plain-list">
        {data?.dead_messages.map((message) => (
          <li key={message.id}>
            <code>{message.id}</code>, {message.event}, {time_words(message.at)}, {message.tries} tries: {message.error}{" "}
            {me.role === "admin" && <button type="button" class="button" disabled={action.busy} onClick={() => replay(`/operations/messages/${encodeURIComponent(message.id)}/replay`)}>Send again<span class="visually-hidden"> {message.id}</span></button>}
          </li>
        ))}
      </ul>
      {me.role === "admin" && data && data.dead_messages.length > 1 && <button type="button" class="button" disabled={action.busy} onClick={() => replay(`${root}/${encodeURIComponent(id)}/replay`)}>Send all again</button>}
      <Said action={action} />
    </>
  );
}

/** Makes a backup and says what was shown of it. */
export function BackUpNow({ done }: { done: () => Promise<void> }): JSX.Element {
  const action = use_action();
  const [made, set_made] = useState<{ file: string; bytes: number; replayed: number } | null>(null);
  const make = (): void => void action.run(async () => {
    set_made(await send("POST", "/operations/backup"));
    await done();
  });
  return (
    <>
      <button type="button" class="button" disabled={action.busy} onClick={make}>{action.busy ? "Backing up …" : "Back up now"}</button>
      <Said action={action} />
      {made && <p role="status">{made.file}, {bytes_words(made.bytes)}: opened, checked, and {count_words(made.replayed)} sessions replayed from it.</p>}
    </>
  );
}
