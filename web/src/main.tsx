// Entry of both pages: the chat at `/`, a report at `/r/<code>`.
import { render } from "preact";
import { Chat } from "./chat/Chat.tsx";
import { Client } from "./chat/client.ts";
import { take_code } from "./chat/elsewhere.ts";
import { browser_memory } from "./chat/memory.ts";
import type { Opening } from "./chat/state.ts";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/chat.css";
import "./styles/controls.css";

const root = document.getElementById("app");
if (!root) throw new Error("chat.html has no element with the id \"app\"");

const code = /^\/r\/([\w-]+)\/?$/.exec(location.pathname)?.[1];
if (code !== undefined) {
  const show = async (): Promise<void> => {
    const { Report } = await import("./report/Report.tsx");
    render(<Report code={code} />, root);
  };
  void show();
} else {
  const query = new URLSearchParams(location.search);
  const script = query.get("script");
  const opening: Opening = { locale: navigator.language };
  if (script) opening.script = script;
  const address = new URL("/ws", location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  const client = new Client(address.href, browser_memory(script ?? ""), opening);
  render(<Chat client={client} />, root);
  const moved = query.get("code");
  if (moved === null) {
    client.run();
  } else {
    // Before anything is sent: the conversation that the code names takes the place of a first one.
    history.replaceState(null, "", script ? `/?script=${encodeURIComponent(script)}` : "/");
    take_code(moved)
      .then(
        (session) => client.dispatch({ type: "adopt", session }),
        (error: unknown) => client.dispatch({ type: "notify", kind: "error", text: error instanceof Error ? error.message : "That code did not work." }),
      )
      .finally(() => client.run());
  }
}
