import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const modules = fileURLToPath(new URL("./node_modules", import.meta.url));
const end_to_end = fileURLToPath(new URL("../tests/e2e", import.meta.url));

// The browser tests live beside the other tests of the product, outside this folder, and use the packages of this folder.
export default defineConfig({
  resolve: {
    alias: Object.fromEntries(
      ["playwright-core", "ws", "ajv", "ajv-formats"].map((name) => [name, `${modules}/${name}`]),
    ),
  },
  server: { fs: { strict: false } },
  test: {
    dir: end_to_end,
    include: ["**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // One browser and one server at a time: the machines that run this are small.
    fileParallelism: false,
    maxWorkers: 1,
  },
});
