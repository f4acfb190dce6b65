import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const modules = fileURLToPath(new URL("./node_modules", import.meta.url));
const tests = fileURLToPath(new URL("../tests", import.meta.url));

// Tests of the whole program live outside this folder and use its packages: browser (e2e), protocol (system), kill and history (fault).
export default defineConfig({
  resolve: {
    alias: {
      ...Object.fromEntries(
        [
          "@discordjs/builders",
          "@microsoft/agents-activity",
          "@rocket.chat/message-parser",
          "ajv",
          "ajv-formats",
          "discord-interactions",
          "grammy",
          "playwright-core",
          "standardwebhooks",
          "svix",
          "telegram-test-api",
          "ws",
        ].map((name) => [name, `${modules}/${name}`]),
      ),
      // The package's root cannot be imported.
      adaptivecards: `${modules}/adaptivecards/dist/adaptivecards.js`,
    },
  },
  server: { fs: { strict: false } },
  test: {
    dir: tests,
    include: ["e2e/**/*.test.ts", "system/**/*.test.ts", "fault/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // One browser and one server at a time: the machines that run this are small.
    fileParallelism: false,
    maxWorkers: 1,
  },
});
