// Texts that would like to run in the review console: through talks, tags, notes, filters and addresses.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { enter, pages, visit } from "./console.ts";
import { browser_tests, launch, Server } from "./harness.ts";
import { talk } from "./http_talk.ts";

const bases = [
  "<script>window.broken=1</script>", "<img src=x onerror=\"window.broken=1\">", "\"><svg onload=window.broken=1>", "javascript:window.broken=1", "'-window.broken=1-'",
  "<iframe srcdoc=\"<script>parent.broken=1</script>\">", "{{constructor.constructor('window.broken=1')()}}", "</title><script>window.broken=1</script>",
  "<a href=\"javascript:window.broken=1\" autofocus onfocus=window.broken=1>x</a>", "<math><mtext></p><style><img src onerror=window.broken=1></style>", "<details open ontoggle=window.broken=1>",
  "\u202E<b>reversed</b>", "=HYPERLINK(\"http://x\")", "<base href=//evil.example>", "<meta http-equiv=refresh content=0;url=//evil.example>", "<style>*{display:none}</style>",
];
const wrappings: ((text: string) => string)[] = [
  (text) => text, (text) => `a ${text}`, (text) => `"${text}`, (text) => `'>${text}`, (text) => `</textarea>${text}`, (text) => `--></style>${text}`, (text) => `]]>${text}`,
  (text) => `${text}\n${text}`.slice(0, 3000), (text) => text.toUpperCase(), (text) => encodeURIComponent(text), (text) => text.replaceAll("<", "&lt;"), (text) => `\u0007${text}`, (text) => `ä ${text} ö`,
];

/** For each base, the texts made of it. */
const hostile = bases.map((base) => wrappings.map((wrap) => wrap(base)));

browser_tests("review console, hostile texts", () => {
  let server: Server;
  let browser: Browser;
  const sessions: string[] = [];
  beforeAll(async () => {
    server = await Server.start();
    browser = await launch();
    for (const texts of hostile) sessions.push(await talk(server, texts, { wish: texts[0] ?? "", locale: (texts[0] ?? "").slice(0, 30) }));
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  test("texts from talks, tags, notes, filters and addresses never run", async () => {
    const { page, context, complaints } = await enter(browser, server, "xenia", "admin");
    const headers = { "X-Advisor": "1" };
    const root = `${server.url}/api/v1/review`;
    for (const [index, texts] of hostile.entries()) {
      const path = `${root}/sessions/${sessions[index] ?? ""}`;
      const tags = [...new Set(texts.map((text) => text.slice(0, 25)))];
      expect((await context.request.put(`${path}/tags`, { headers, data: { tags } })).status()).toBe(200);
      for (const text of texts) expect((await context.request.post(`${path}/notes`, { headers, data: { text } })).status()).toBe(200);
      expect((await context.request.put(`${root}/filters/f${index}`, { headers, data: { query: `q=${encodeURIComponent(texts[0] ?? "")}` } })).status()).toBe(200);
    }
    for (const id of sessions) {
      await page.goto(`${server.url}/review/sessions/${id}`);
      await page.getByRole("heading", { name: "The talk" }).waitFor();
    }
    const addresses = bases.filter((payload) => !payload.includes("/")).flatMap((payload) => [`/review?q=${encodeURIComponent(payload)}`, `/review/sessions/${encodeURIComponent(payload)}`]);
    complaints.forgive_network();
    for (const path of [...pages, ...addresses]) await visit(page, server.url + path);
    expect(await page.evaluate(() => (window as unknown as { broken?: number }).broken)).toBeUndefined();
    expect(complaints.list).toEqual([]);
    // The texts are there as they were typed: the test looks at what it means to look at.
    await page.goto(`${server.url}/review/sessions/${sessions[0] ?? ""}`);
    await expect.poll(() => page.locator(".line.user .said-text").first().textContent()).toContain(bases[0]);
    // And a breach would have been seen.
    await page.evaluate(() => void (new Image().src = "https://evil.example/x.png"));
    await expect.poll(() => complaints.list.join()).toMatch(/policy: img-src/);
    await context.close();
  });
});
