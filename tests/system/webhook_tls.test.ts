// Webhooks over TLS, to receivers whose certificates come from a certificate authority made for this test.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Receiver } from "./support/receiver.ts";
import { run, Server, temporary_folder } from "./support/server.ts";
import { Talker } from "./support/talker.ts";

const folder = temporary_folder();
afterAll(folder.remove);
const at = (name: string) => join(folder.path, name);
const openssl = (...words: string[]) => execFileSync("openssl", words, { cwd: folder.path, stdio: "pipe" });
const read = (name: string) => process.getBuiltinModule("node:fs").readFileSync(at(name), "utf8");

function make_authority(name: string): void {
  openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", `${name}.key`, "-out", `${name}.pem`,
    "-days", "2", "-subj", `/CN=${name}`, "-addext", "basicConstraints=critical,CA:TRUE"); // prettier-ignore
}

/** A certificate for `host`, valid between two moments as "YYYYMMDDHHMMSSZ". */
function make_certificate(name: string, authority: string, host: string, from: string, until: string) {
  openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", "/CN=x");
  const database = at(`${name}.index`);
  writeFileSync(database, "");
  writeFileSync(
    at(`${name}.cnf`),
    `[ca]\ndefault_ca=d\n[d]\ndatabase=${database}\nnew_certs_dir=${folder.path}\nrand_serial=yes\ndefault_md=sha256\n` +
      `policy=p\nx509_extensions=e\n[p]\ncommonName=supplied\n[e]\nsubjectAltName=${host}\n`,
  );
  openssl("ca", "-batch", "-notext", "-config", `${name}.cnf`, "-cert", `${authority}.pem`, "-keyfile",
    `${authority}.key`, "-in", `${name}.csr`, "-out", `${name}.pem`, "-startdate", from, "-enddate", until); // prettier-ignore
  return { key: read(`${name}.key`), cert: read(`${name}.pem`) };
}

const stamp = (days: number) =>
  new Date(Date.now() + days * 86_400_000).toISOString().replaceAll(/[-:T]|\.\d+/g, "");

describe("TLS", () => {
  const data = at("data");
  const local = "DNS:localhost";
  const kinds: Record<string, { key: string; cert: string }> = {};
  beforeAll(() => {
    make_authority("ours");
    make_authority("theirs");
    kinds["good"] = make_certificate("good", "ours", local, stamp(-1), stamp(1));
    kinds["address"] = make_certificate("address", "ours", "IP:127.0.0.1", stamp(-1), stamp(1));
    kinds["name"] = make_certificate("name", "ours", "DNS:other.example", stamp(-1), stamp(1));
    kinds["prefix"] = make_certificate("prefix", "ours", "DNS:localhost.other.example", stamp(-1), stamp(1));
    kinds["expired"] = make_certificate("expired", "ours", local, stamp(-2), stamp(-1));
    kinds["early"] = make_certificate("early", "ours", local, stamp(1), stamp(2));
    kinds["unknown"] = make_certificate("unknown", "theirs", local, stamp(-1), stamp(1));
  });

  async function try_it(kind: string, host: string, trust = true) {
    const receiver = await Receiver.open(kinds[kind]);
    const id = `${kind}-${host.replaceAll(/\W/g, "-")}-${trust ? "t" : "n"}`;
    const url = receiver.url("/hook", host);
    await run(["webhook", "add", url, "--allow-host", host, "--id", id, "--data", data]);
    const result = await run(["webhook", "test", id, "--data", data, ...(trust ? ["--ca-file", at("ours.pem")] : [])]);
    const { length } = receiver.all;
    await receiver.close();
    return { ...result, length };
  }

  test("a certificate for the host, by an authority that is trusted, is fine", async () => {
    expect(await try_it("good", "localhost")).toMatchObject({ code: 0, err: "", length: 1 });
    expect(await try_it("address", "127.0.0.1")).toMatchObject({ code: 0, err: "", length: 1 });
  });

  test.each([
    ["of an unknown authority", "good", "localhost", false, /unable to get local issuer/],
    ["of another authority", "unknown", "localhost", true, /unable to get local issuer/],
    ["for another name", "name", "localhost", true, /hostname mismatch/],
    ["for a longer name", "prefix", "localhost", true, /hostname mismatch/],
    ["for a name, not the address", "good", "127.0.0.1", true, /IP address mismatch/],
    ["that has expired", "expired", "localhost", true, /expired/],
    ["that is not valid yet", "early", "localhost", true, /not yet valid/],
  ])("a certificate %s is refused, and nothing is sent", async (_, kind, host, trust, says) => {
    const { code, err, length } = await try_it(kind, host, trust);
    expect(err).toMatch(/^advisor: not delivered: tls_failed: .*\n$/);
    expect(err).toMatch(says);
    expect([code, length]).toEqual([1, 0]);
  });

  test("plain HTTP where TLS was expected is refused", async () => {
    const receiver = await Receiver.open();
    const url = `https://localhost:${receiver.port}/`;
    await run(["webhook", "add", url, "--allow-host", "localhost", "--id", "plain", "--data", data]);
    const { code, err } = await run(["webhook", "test", "plain", "--data", data]);
    expect([code, err]).toEqual([1, expect.stringMatching(/tls_failed/)]);
    expect(receiver.all).toEqual([]);
    await receiver.close();
  });

  test("a server with --ca-file delivers to it", async () => {
    const receiver = await Receiver.open(kinds["good"]);
    const server = await Server.kinds({ flags: ["--ca-file", at("ours.pem")] });
    const words = ["webhook", "add", receiver.url("/", "localhost"), "--allow-host", "localhost", "--json"];
    const { secret } = JSON.parse((await run([...words, "--data", server.data])).out) as { secret: string };
    await (await Talker.start(server)).close();
    const { body, headers } = await receiver.next();
    new Webhook(secret).verify(body, headers);
    await server.stop();
    await receiver.close();
  });

  test("a --ca-file without certificates keeps the server from starting, in one line", async () => {
    writeFileSync(at("empty.pem"), "nothing\n");
    const { code, out, err } = await run(["serve", "--port", "0", "--data", at("other"), "--ca-file", at("empty.pem")]);
    expect([code, out, err]).toEqual([2, "", expect.stringMatching(/^advisor: .*empty\.pem.*PEM.*\n$/m)]);
  });
});
