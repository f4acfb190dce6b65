import { defineConfig } from "vite";

export default defineConfig({
  appType: "mpa",
  build: {
    target: "es2022",
    // The content security policy forbids inline scripts, and every asset is served with its own cache headers.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: true,
    rolldownOptions: { input: ["chat.html", "review.html"] },
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
});
