// XMPP end to end: a real client, a real ejabberd, the real program, and back.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { add_hook, send } from "./support/chat_hook.ts";
import { Server } from "./support/server.ts";
import { Ejabberd, Person } from "./xmpp/ejabberd.ts";

const secret = "hook-secret-1";
const advisor = "advisor@localhost";

describe("with a real ejabberd", () => {
  const data = mkdtempSync(join(tmpdir(), "advisor-xmpp-"));
  let server: Server;
  let jabber: Ejabberd;
  let path = "";
  let anna: Person;
  let bob: Person;
  beforeAll(async () => {
    server = await Server.kinds({ data });
    jabber = await Ejabberd.start(
      async (api) => {
        path = await add_hook(server, "xmpp", secret, "--option", `jid=${advisor}`, "--option", `api_url=${api}`);
        return `http://${server.host}${path}?token=${secret}`;
      },
      ["anna", "bob"],
    );
    anna = await Person.enter("anna", jabber);
    bob = await Person.enter("bob", jabber);
  });
  afterAll(async () => {
    anna?.leave();
    bob?.leave();
    await jabber?.stop();
    await server?.stop();
    rmSync(data, { recursive: true, force: true });
  });

  test("a whole talk in a chat, with wrong answers, a step back and any letters", async () => {
    expect(await anna.ask(advisor, "start")).toContain("Which one?");
    expect(await anna.ask(advisor, "seven")).toContain("Which one?");
    expect(await anna.ask(advisor, "1")).toContain("How deep?");
    expect(await anna.ask(advisor, "flat")).toContain("Which of these?");
    expect(await anna.ask(advisor, "back")).toContain("How deep?");
    await anna.ask(advisor, "2");
    await anna.ask(advisor, "1 3");
    expect(await anna.ask(advisor, "40")).toContain("Are you sure?");
    await anna.ask(advisor, "yes");
    expect(await anna.ask(advisor, "3")).toContain("Anything else?");
    const end = await anna.ask(advisor, 'schöne Grüße <b>&amp;</b> "日本" @all');
    expect(end).toMatch(/Recommendation[\s\S]*Full report: http/);
  });

  test("two at once have a talk each", async () => {
    const [one, two] = await Promise.all([anna.ask(advisor, "restart"), bob.ask(advisor, "start")]);
    expect(one).toContain("Which one?");
    expect(two).toContain("Which one?");
    const [deep, high] = await Promise.all([anna.ask(advisor, "1"), bob.ask(advisor, "2")]);
    expect(deep).toContain("How deep?");
    expect(high).toContain("Is it high?");
  });

  test("a message of 10 KB is answered", async () => {
    expect(await bob.ask(advisor, "é".repeat(5_000))).toContain("Is it high?");
  });

  test("in a room everybody reads the answers, and only what is for the advisor is heard", async () => {
    const room = "team@rooms.localhost";
    for (const person of [anna, bob]) {
      person.tell({ join: room });
      while ((await person.next())["joined"] !== room);
    }
    anna.tell({ to: room, type: "groupchat", body: "hello everybody" });
    anna.tell({ to: room, type: "groupchat", body: "!advise start" });
    expect(await anna.answer()).toContain("Which one?");
    expect(await bob.answer()).toContain("Which one?");
    expect(await anna.ask(room, "advisor: 2", "groupchat")).toContain("Is it high?");
    expect(await bob.answer()).toContain("Is it high?");
  });

  test("a talk goes on after the server was killed", async () => {
    const port = String(server.port);
    await server.kill();
    server = await Server.kinds({ data, flags: ["--port", port] });
    expect(await bob.ask(advisor, "no")).toContain("Which of these?");
  });

  test("without the secret nothing is heard", async () => {
    const stanza = `<message type='chat' from='eve@localhost/1' to='${advisor}'><body>start</body></message>`;
    expect((await send(server, path, stanza)).status).toBe(401);
    expect((await send(server, `${path}?token=x`, stanza)).status).toBe(401);
  });
});
