// Matrix against the real program: a homeserver that pushes transactions and takes messages, and the hookshot bridge.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { add_hook, fixture, type Json, Receiver, send, vendor } from "./support/chat_hook.ts";
import { Server } from "./support/server.ts";

let server: Server;
let homeserver: Receiver;
let bridge: Receiver;
let hookshot = "";
beforeAll(async () => {
  server = await Server.kinds();
  homeserver = await Receiver.start();
  bridge = await Receiver.start();
  const user = "user=@advisor:example.org";
  const at = `homeserver_url=${homeserver.url}`;
  await add_hook(server, "matrix", "hs_token: hs1\nas_token: as1", "--option", at, "--option", user);
  hookshot = await add_hook(server, "matrix", `tok1\ninbound_url: ${bridge.url}/webhook/abc`);
});
afterAll(async () => {
  await server.stop();
  homeserver.stop();
  bridge.stop();
});

const headers = { authorization: "Bearer hs1" };
let count = 0;
const event = (text: string, sender = "@anna:example.org"): Json => {
  const [one] = fixture("matrix/transaction")["events"];
  return { ...one, sender, event_id: `$e${(count += 1)}:example.org`, content: { ...one.content, body: text } };
};
const push = (events: Json[], more: Record<string, string> = headers) =>
  send(server, `/_matrix/app/v1/transactions/t${(count += 1)}`, { events }, more, "PUT");
/** What the room gets to see after a message. */
async function say(text: string, sender?: string): Promise<Json> {
  expect(await push([event(text, sender)])).toEqual({ status: 200, text: "{}" });
  const message = await homeserver.next();
  expect(message.method).toBe("PUT");
  expect(message.headers["authorization"]).toBe("Bearer as1");
  expect(message.json["m.relates_to"].event_id).toBe("$root1:example.org");
  return message.json;
}

describe("as an application service", () => {
  test("a whole talk", async () => {
    expect((await say("!advise start"))["body"]).toContain("Which one?");
    for (const words of ["1", "flat", "1 3", "40", "yes"]) await say(`!advise ${words}`);
    expect((await say("advisor: back"))["body"]).toContain("Are you sure?");
    await say("!advise no");
    await say("!advise 3");
    const end = await say("!advise <b>that</b> is *all* @room");
    expect(end["body"]).toContain("Recommendation");
    expect(end["formatted_body"]).toMatch(/<a href="http[^"]+">Full report<\/a>/);
    expect(end["m.mentions"]).toEqual({});
  });

  test("a transaction that comes again is taken and not done again", async () => {
    const bob = "@bob:example.org";
    await say("!advise start", bob);
    const body = { events: [event("!advise 1", bob), event("hello", bob), event("!advise status", bob)] };
    const where = "/_matrix/app/v1/transactions/again";
    for (let i = 0; i < 3; i += 1)
      expect(await send(server, where, body, headers, "PUT")).toEqual({ status: 200, text: "{}" });
    const texts = [(await homeserver.next()).json["body"], (await homeserver.next()).json["body"]];
    expect(texts.join()).toContain("How deep?");
    expect((await say("!advise status", bob))["body"]).toContain("How deep?");
    expect(homeserver.waiting).toBe(0);
  });

  test("an invitation is accepted, and answered with the first question", async () => {
    const invitation = {
      type: "m.room.member",
      room_id: "!new:example.org",
      event_id: "$i1:example.org",
      sender: "@carl:example.org",
      state_key: "@advisor:example.org",
      content: { membership: "invite" },
    };
    await push([invitation]);
    expect((await homeserver.next()).path).toBe("/_matrix/client/v3/rooms/%21new%3aexample.org/join");
    expect((await homeserver.next()).json["body"]).toContain("Which one?");
  });

  test("a wrong token is forbidden, and nothing in a transaction is an error", async () => {
    const refused = await push([event("!advise start")], { authorization: "Bearer hs2" });
    expect(refused.status).toBe(403);
    expect(JSON.parse(refused.text)["errcode"]).toBe("M_FORBIDDEN");
    expect((await push([event("!advise start")], {})).status).toBe(403);
    for (const body of ["{", "[]", '{"events":[null,7,{"type":"m.room.message"}]}'])
      expect((await send(server, "/_matrix/app/v1/transactions/bad", body, headers, "PUT")).status).toBe(200);
    expect(homeserver.waiting).toBe(0);
  });
});

test("the reference receiver takes and refuses the same", async () => {
  const { AppService } = vendor("matrix-appservice") as { AppService: new (config: Json) => Json };
  const reference = new AppService({ homeserverToken: "hs1" });
  await reference["listen"](0, "127.0.0.1", 0);
  const { port } = reference["server"].address() as { port: number };
  const body = JSON.stringify({ events: [event("nothing for the advisor")] });
  const tokens = ["Bearer hs1", "Bearer hs2", "Bearer hs1x", "Bearer ", undefined];
  for (const token of tokens) {
    const options = {
      method: "PUT",
      body,
      headers: { "content-type": "application/json", ...(token === undefined ? {} : { authorization: token }) },
    };
    const where = "/_matrix/app/v1/transactions/same";
    const theirs = await fetch(`http://127.0.0.1:${port}${where}`, options);
    const ours = await fetch(`http://${server.host}${where}`, options);
    expect([token, ours.ok]).toEqual([token, theirs.ok]);
    expect(ours.ok).toBe(token === "Bearer hs1");
  }
  await reference["close"]();
});

test("by the hookshot bridge", async () => {
  const ask = async (text: string, method: string): Promise<Json> => {
    const form = new FormData();
    form.append("event", new Blob([JSON.stringify(event(text))], { type: "application/json" }), "event.json");
    const response = await fetch(`http://${server.host}${hookshot}`, {
      method,
      body: form,
      headers: { "x-matrix-hookshot-token": "tok1" },
    });
    expect(response.status).toBe(200);
    return (await bridge.next()).json;
  };
  expect((await ask("!advise start", "PUT"))["text"]).toContain("**Question 1 of 8**");
  expect((await ask("!advise 2", "POST"))["html"]).toContain("Is it high?");
  expect((await send(server, hookshot, {}, { "x-matrix-hookshot-token": "tok2" })).status).toBe(401);
});
