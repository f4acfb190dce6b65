// The way in: by name and password, or by a one-time link that sets the password.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Mark } from "../shared/icons.tsx";
import { send } from "./api.ts";
import { Heading, use_action } from "./parts.tsx";

const least_characters = 12;

function Frame({ title, children }: { title: string; children: JSX.Element | JSX.Element[] }): JSX.Element {
  return (
    <main class="gate">
      <div class="gate-card">
        <p class="gate-mark"><Mark /> Stack Advisor · Review</p>
        <Heading title={title}>{title}</Heading>
        {children}
      </div>
    </main>
  );
}

export function Login({ on_in }: { on_in: () => Promise<void> }): JSX.Element {
  const action = use_action();
  const [name, set_name] = useState("");
  const [password, set_password] = useState("");
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    await action.run(async () => {
      await send("POST", "/login", { name, password });
      await on_in();
    });
  };
  return (
    <Frame title="Log in">
      <form class="gate-form" onSubmit={(event) => void submit(event)}>
        <label>Name<input class="input" name="username" autocomplete="username" autocapitalize="none" spellcheck={false} required value={name} onInput={(event) => set_name(event.currentTarget.value)} /></label>
        <label>Password<input class="input" type="password" name="password" autocomplete="current-password" required value={password} onInput={(event) => set_password(event.currentTarget.value)} /></label>
        <p class="problem" role="alert">{action.problem}</p>
        <button class="button strong" disabled={action.busy}>{action.busy ? "Logging in …" : "Log in"}</button>
      </form>
      <p class="hint">No account yet? <code>advisor user add NAME --role viewer</code> on the server prints a one-time link.</p>
    </Frame>
  );
}

/** `secret` stands behind the # of the link, where no server and no log sees it. */
export function Welcome({ secret, on_in }: { secret: string; on_in: () => Promise<void> }): JSX.Element {
  const action = use_action();
  const [password, set_password] = useState("");
  const [again, set_again] = useState("");
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    await action.run(async () => {
      if (password.length < least_characters) throw new Error(`A password has at least ${least_characters} characters.`);
      if (password !== again) throw new Error("The two passwords differ.");
      await send("POST", "/welcome", { token: secret, password });
      await on_in();
    });
  };
  if (!secret) {
    return (
      <Frame title="This link is not complete">
        <p>The part behind the “#” is missing. Open the whole link, or ask for a new one.</p>
        <p><a href="/review">To the log-in</a></p>
      </Frame>
    );
  }
  return (
    <Frame title="Choose a password">
      <form class="gate-form" onSubmit={(event) => void submit(event)}>
        <label>Password<input class="input" type="password" autocomplete="new-password" aria-describedby="rule" required value={password} onInput={(event) => set_password(event.currentTarget.value)} /></label>
        <p class="hint" id="rule">At least {least_characters} characters; a few words are easy to remember.</p>
        <label>The same again<input class="input" type="password" autocomplete="new-password" required value={again} onInput={(event) => set_again(event.currentTarget.value)} /></label>
        <p class="problem" role="alert">{action.problem}</p>
        <button class="button strong" disabled={action.busy}>{action.busy ? "Saving …" : "Save and log in"}</button>
      </form>
      <p class="hint">The link works once. After this, log in with your name and this password.</p>
    </Frame>
  );
}
