// One's own password; for admins also the accounts and the tokens of programs.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { type Account, type Me, type Role, send } from "./api.ts";
import { Confirm, Heading, Said, Scroll, Section, use_action, use_loaded } from "./parts.tsx";
import { time_words } from "./words.ts";

const roles: Role[] = ["viewer", "editor", "admin"];

export function Accounts({ me }: { me: Me }): JSX.Element {
  return (
    <>
      <div class="page-head"><Heading title="Accounts">{me.role === "admin" ? "Accounts" : "Your account"}</Heading><p class="hint">You are {me.name}, {me.role}.</p></div>
      {me.role === "admin" && <List kind="users" me={me} />}
      {me.role === "admin" && <List kind="tokens" me={me} />}
      <Password />
    </>
  );
}

function Password(): JSX.Element {
  const action = use_action();
  const [old, set_old] = useState("");
  const [fresh, set_fresh] = useState("");
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    // The server ends every log-in of the account: the next request leads to the log-in page.
    if (await action.run(() => send("POST", "/password", { old, new: fresh }), "Changed. Log in again.")) location.assign("/review");
  };
  return (
    <Section title="Your password">
      <form class="inline-form" onSubmit={(event) => void submit(event)}>
        <label class="field-label">Old<input class="input" type="password" autocomplete="current-password" required value={old} onInput={(event) => set_old(event.currentTarget.value)} /></label>
        <label class="field-label">New, 12 characters or more<input class="input" type="password" autocomplete="new-password" minLength={12} required value={fresh} onInput={(event) => set_fresh(event.currentTarget.value)} /></label>
        <button class="button" disabled={action.busy}>Change</button>
      </form>
      <Said action={action} />
    </Section>
  );
}

type Kind = "users" | "tokens";
const words = {
  users: { title: "People", one: "account", add: "Add a person", secret: "The one-time link; send it to its owner. It works once, within 72 hours:" },
  tokens: { title: "Programs", one: "token", add: "Add a token", secret: "The token; it is shown only now:" },
} as const;

function List({ kind, me }: { kind: Kind; me: Me }): JSX.Element {
  const loaded = use_loaded<Record<Kind, Account[]>>(`/${kind}`);
  const action = use_action();
  const [name, set_name] = useState("");
  const [role, set_role] = useState<Role>("viewer");
  const [secret, set_secret] = useState("");
  const [going, set_going] = useState("");
  const keep = async (work: Promise<{ link?: string; token?: string }>): Promise<void> => {
    const { link, token } = await work;
    set_secret(link ? location.origin + link : (token ?? ""));
    await loaded.again();
  };
  const add = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (await action.run(() => keep(send("POST", `/${kind}`, { name: name.trim(), role })))) set_name("");
  };
  const one = (account: Account): string => `/${kind}/${encodeURIComponent(account.name)}`;
  return (
    <Section title={words[kind].title}>
      <Scroll label={words[kind].title}>
        <table class="list">
          <caption class="visually-hidden">{words[kind].title}</caption>
          <thead><tr><th scope="col">Name</th><th scope="col">Role</th><th scope="col">Added</th><th scope="col"><span class="visually-hidden">Do</span></th></tr></thead>
          <tbody>
            {(loaded.data?.[kind] ?? []).map((account) => (
              <tr key={account.name}>
                <th scope="row">{account.name}{account.has_password === false && <span class="under">has not set a password yet</span>}</th>
                <td>
                  {kind === "users" && account.name !== me.name
                    ? <select class="input" aria-label={`Role of ${account.name}`} value={account.role} onChange={(event) => void action.run(() => keep(send("PUT", `${one(account)}/role`, { role: event.currentTarget.value })), "The role is changed.")}>{roles.map((entry) => <option key={entry} value={entry}>{entry}</option>)}</select>
                    : account.role}
                </td>
                <td class="when">{time_words(account.added_at)}</td>
                <td class="do">
                  {kind === "users" && <button type="button" class="button" onClick={() => void action.run(() => keep(send("POST", `${one(account)}/reset`, {})))}>New link<span class="visually-hidden"> for {account.name}</span></button>}
                  {(kind === "tokens" || account.name !== me.name) && <button type="button" class="button" onClick={() => set_going(account.name)}>Remove<span class="visually-hidden"> {account.name}</span></button>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <form class="inline-form" onSubmit={(event) => void add(event)}>
        <input class="input" aria-label={`Name of the new ${words[kind].one}`} placeholder="Name" required maxLength={64} autocapitalize="none" spellcheck={false} value={name} onInput={(event) => set_name(event.currentTarget.value)} />
        <select class="input" aria-label={`Role of the new ${words[kind].one}`} value={role} onChange={(event) => set_role(event.currentTarget.value as Role)}>{roles.map((entry) => <option key={entry} value={entry}>{entry}</option>)}</select>
        <button class="button" disabled={action.busy}>{words[kind].add}</button>
      </form>
      {secret && <p class="secret" role="status">{words[kind].secret} <code>{secret}</code></p>}
      <p class="problem" role="alert">{loaded.problem}</p>
      <Said action={action} />
      {going && (
        <Confirm title={`Remove ${going}?`} text={kind === "users" ? "The person is logged out at once and can't log in again." : "Programs with this token are refused at once."} action="Remove" on_no={() => set_going("")} on_yes={async () => {
          await send("DELETE", `/${kind}/${encodeURIComponent(going)}`);
          set_going("");
          await loaded.again();
        }} />
      )}
    </Section>
  );
}
