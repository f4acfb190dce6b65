// A real ejabberd on loopback, with its modules as docs/channels.md tells to set them, and a real client (xmpp/client.py).
// Packages: ejabberd, ejabberd-mod-post-log, python3-slixmpp.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { globSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import type { Json } from "../support/chat_hook.ts";
import { repository_path, temporary_folder } from "../support/server.ts";
import { within } from "../support/time.ts";

const python = "/usr/bin/python3";

/** The folders of ejabberd's own code, as the package has them. */
function code_paths(): string[] {
  const paths = globSync("/usr/lib/*/ejabberd-*/ebin");
  if (paths.length === 0 || spawnSync(python, ["-c", "import slixmpp"]).status !== 0) {
    throw new Error("A real XMPP server is needed: apt-get install ejabberd ejabberd-mod-post-log python3-slixmpp");
  }
  return paths;
}

async function free_port(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, "127.0.0.1", done));
  const { port } = probe.address() as AddressInfo;
  await new Promise((done) => probe.close(done));
  return port;
}

const configuration = (port: number, api: number, url: string): string => `
hosts: ["localhost"]
loglevel: 4
auth_method: internal
listen:
  - {port: ${port}, ip: "127.0.0.1", module: ejabberd_c2s, max_stanza_size: 65536}
  - {port: ${api}, ip: "127.0.0.1", module: ejabberd_http, request_handlers: {"/api": mod_http_api}}
acl:
  advisor: {user: "advisor@localhost"}
access_rules:
  everybody: {allow: all}
  room_admins: {allow: advisor}
api_permissions:
  "the advisor": {who: [{ip: "127.0.0.1/8"}], what: [register, send_message]}
modules:
  mod_admin_extra: {}
  mod_muc: {host: "rooms.localhost", access: everybody, access_create: everybody, access_admin: room_admins}
  mod_offline: {}
  mod_post_log: {url: "${url}"}
`;

export class Ejabberd {
  private constructor(
    private readonly child: ChildProcess,
    private readonly clean_up: () => void,
    readonly port: number,
    readonly api: string,
  ) {}

  /** The API's address is needed before the server runs, and the hook's address to run it. */
  static async start(make_hook: (api: string) => Promise<string>, users: string[]): Promise<Ejabberd> {
    const folder = temporary_folder();
    const [port, api_port] = [await free_port(), await free_port()];
    const api = `http://127.0.0.1:${api_port}/api`;
    const file = join(folder.path, "ejabberd.yml");
    writeFileSync(file, configuration(port, api_port, await make_hook(api)));
    const paths = code_paths().flatMap((path) => ["-pa", path]);
    const words = ["-noinput", ...paths, "-mnesia", "dir", JSON.stringify(join(folder.path, "mnesia")), "-s", "ejabberd"];
    const log = join(folder.path, "ejabberd.log");
    const environment = { ...process.env, EJABBERD_CONFIG_PATH: file, EJABBERD_LOG_PATH: log };
    const child = spawn("erl", words, { cwd: folder.path, env: environment, stdio: ["ignore", "pipe", "pipe"] });
    const server = new Ejabberd(child, folder.remove, port, api);
    await server.listens(api_port); // takes a second, or half a minute where much else runs
    for (const user of [...users, "advisor"]) {
      const body = JSON.stringify({ user, host: "localhost", password: "pw" });
      const response = await fetch(`${api}/register`, { method: "POST", body });
      if (!response.ok) throw new Error(`${user} could not be registered: ${await response.text()}`);
    }
    return server;
  }

  /** It says on its output that it accepts connections, the ports in the order of the configuration. */
  private listens(port: number): Promise<void> {
    return new Promise((done, failed) => {
      let output = "";
      this.child.stdout?.on("data", (chunk: Buffer) => {
        output += chunk.toString();
        if (output.includes(`at 127.0.0.1:${port} for`)) done();
      });
      this.child.on("exit", () => failed(new Error(`ejabberd ended: ${output}`)));
    });
  }

  async stop(): Promise<void> {
    const ended = new Promise((done) => this.child.on("exit", done));
    this.child.kill("SIGKILL");
    await ended;
    this.clean_up();
  }
}

/** Somebody with a client. */
export class Person {
  private readonly lines: Json[] = [];
  private wake = () => {};

  private constructor(private readonly child: ChildProcess) {
    let rest = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      const parts = (rest + chunk.toString()).split("\n");
      rest = parts.pop() ?? "";
      this.lines.push(...parts.map((line) => JSON.parse(line) as Json));
      this.wake();
    });
  }

  static async enter(user: string, server: Ejabberd): Promise<Person> {
    const script = repository_path("tests/system/xmpp/client.py");
    const words = [script, `${user}@localhost`, "pw", "127.0.0.1", String(server.port)];
    const person = new Person(spawn(python, words, { stdio: ["pipe", "pipe", "ignore"] }));
    await person.next();
    return person;
  }

  tell(wish: Json): void {
    this.child.stdin?.write(`${JSON.stringify(wish)}\n`);
  }

  /** What arrived next, or became of a wish. */
  async next(): Promise<Json> {
    while (this.lines.length === 0) await within("a line of the client", new Promise<void>((done) => (this.wake = done)));
    return this.lines.shift() ?? {};
  }

  async ask(to: string, body: string, type = "chat"): Promise<string> {
    this.tell({ to, body, type });
    return (await this.answer()) as string;
  }

  /** The next message of the advisor; what others say in a room is passed over. */
  async answer(): Promise<string> {
    for (;;) {
      const line = await this.next();
      if (/^(advisor@localhost|[^/]+\/advisor)(\/|$)/.test(String(line["from"]))) return String(line["body"]);
    }
  }

  leave(): void {
    this.child.kill("SIGKILL");
  }
}
