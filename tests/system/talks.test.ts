// Every talk of tests/conversations, through both doors of the real server.
import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { product_scripts, repository_path, Server } from "./support/server.ts";
import { http_door, play, websocket_door } from "./support/talk.ts";

const folder = repository_path("tests/conversations");
const talks = readdirSync(folder).filter((name) => name.endsWith(".talk"));

let server: Server;
beforeAll(async () => void (server = await Server.start({ flags: ["--scripts", product_scripts] })));
afterAll(async () => void (await server.stop()));

test("there are talks, with every directive among them", () => {
  const all = talks.map((name) => readFileSync(`${folder}/${name}`, "utf8")).join("\n");
  const words = [
    "script",
    "ask",
    ">",
    "=",
    "change",
    "confirm",
    "back",
    "skip",
    "restart",
    "took",
    "open",
    "says",
    "refused",
    "recommend",
  ];
  for (const word of words)
    expect(
      all.split("\n").some((line) => line.startsWith(`${word} `) || line === word),
      word,
    ).toBe(true);
});

describe.each(talks)("%s", (name) => {
  const talk = readFileSync(`${folder}/${name}`, "utf8");

  test("over a WebSocket", async () => {
    const door = await websocket_door(server);
    await play(talk, door);
    await door.close();
  });

  test("over HTTP", async () => {
    await play(talk, http_door(server));
  });
});

describe("a talk that goes otherwise is found:", () => {
  test.each([
    ["another question", "ask concurrency", /line 1: .*\n.*question is realtime/],
    ["another answer", '= "core"\ntook realtime = "some"', /line 2: .*\n.*the answer is "core"/],
    ["no answer", 'took realtime = "core"', /the answer is undefined/],
    ["an answer where there should be none", '= "core"\nopen realtime', /the answer is "core"/],
    ["a message that is not there", "says zxqv", /nothing says so/],
    ["an unexpected refusal", '= "castle"\nask realtime', /line 2: .*\n.*refused: bad_value/],
    ["an unexpected refusal at the end", '= "castle"', /refused: bad_value/],
    ["another refusal", '= "castle"\nrefused unknown_question', /the refusal is bad_value/],
    ["no refusal", '= "core"\nrefused bad_value', /the refusal is nothing/],
    ["no recommendation yet", "recommend python", /no recommendation/],
    ["an unknown directive", "shout", /no such directive/],
    ["a late script", '= "core"\nscript sql-or-document', /comes first/],
    ["nothing", "# nothing", /empty/],
  ])("%s", async (_, talk, says) => {
    await expect(play(talk, http_door(server))).rejects.toThrow(says);
  });
});
