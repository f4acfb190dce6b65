// The program under test as a process that may be killed at any moment and started again on the same port and data.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

/** Environment: ADVISOR_BINARY, the program to test. */
function binary(): string {
  const path = process.env["ADVISOR_BINARY"];
  if (!path) throw new Error("set ADVISOR_BINARY to the program, for instance build/release/advisor");
  return path;
}

export class ServerProcess {
  private errors = "";

  private constructor(
    private readonly process: ChildProcess,
    /** Settles with the port once the server listens; fails when it ends before. */
    readonly listening: Promise<number>,
  ) {}

  /** Starts without waiting. Port 0 takes a free one. */
  static spawn(data: string, port: number): ServerProcess {
    const words = ["serve", "--port", String(port), "--data", data];
    const child = spawn(binary(), words, { stdio: ["ignore", "pipe", "pipe"] });
    const server: ServerProcess = new ServerProcess(
      child,
      new Promise((resolve, reject) => {
        let output = "";
        child.stdout.on("data", (chunk: Buffer) => {
          output += chunk.toString();
          const found = /^listening on http:\/\/\S+:(\d+)$/m.exec(output);
          if (found) resolve(Number(found[1]));
        });
        child.on("error", reject);
        child.on("exit", (code, signal) => {
          reject(new Error(`the server ended (${signal ?? code}) before it listened: ${server.errors}`));
        });
      }),
    );
    child.stderr.on("data", (chunk: Buffer) => (server.errors = (server.errors + chunk.toString()).slice(-2000)));
    server.listening.catch(() => {}); // whoever kills it early does not wait for it
    return server;
  }

  /** Ends it at once, as a crash would; returns when it is gone. */
  async kill(): Promise<void> {
    await this.end("SIGKILL");
  }

  /** Asks it to go; returns its exit code. */
  async stop(): Promise<number | null> {
    return await this.end("SIGTERM");
  }

  private async end(signal: NodeJS.Signals): Promise<number | null> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const gone = once(this.process, "exit");
      this.process.kill(signal);
      await gone;
    }
    return this.process.exitCode;
  }
}
