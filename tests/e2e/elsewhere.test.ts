// A conversation that moves by a short code: into the browser by an address or the dialog, and out of it.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { browser_tests, expect_accessible, launch, open_page, Server } from "./harness.ts";
import { expect_pending, press } from "./talk.ts";

browser_tests("going on elsewhere", () => {
  let server: Server;
  let browser: Browser;
  beforeAll(async () => {
    server = await Server.start();
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  async function post(path: string, body: unknown, token = ""): Promise<{ status: number; answer: Record<string, string> }> {
    const response = await fetch(`${server.url}${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
    return { status: response.status, answer: (await response.json()) as Record<string, string> };
  }

  /** A talk that was begun elsewhere, one question in, and a code of it. */
  async function begun_elsewhere(): Promise<string> {
    const { answer: start } = await post("/api/v1/sessions", { id: crypto.randomUUID() });
    const turns = `/api/v1/sessions/${start["session"]}/turns`;
    await post(turns, { id: crypto.randomUUID(), type: "say", text: "Morning" }, start["token"]);
    const { status, answer } = await post(`/api/v1/sessions/${start["session"]}/code`, {}, start["token"]);
    expect(status).toBe(201);
    return answer["code"] ?? "";
  }

  test("an address with a code shows the talk where it stands, once", async () => {
    const code = await begun_elsewhere();
    const { page, context, complaints } = await open_page(browser, `${server.url}/?code=${code}`);
    await expect_pending(page, "How sleepy are you?");
    expect(new URL(page.url()).search).toBe("");
    expect(complaints.list).toEqual([]);
    await context.close();
    expect((await post("/api/v1/codes", { code })).status).toBe(404);
  });

  test("the dialog gives a code of this talk, and takes one of another", async () => {
    const { page, context } = await open_page(browser, server.url);
    await expect_pending(page, "What time of day is it?");
    await press(page, "Morning");
    await expect_pending(page, "How sleepy are you?");
    await page.getByRole("button", { name: "Go on elsewhere" }).click();
    const told = page.locator("dialog code");
    await told.waitFor();
    await expect_accessible(page);
    const code = ((await told.textContent()) ?? "").replace("/advise join ", "");
    const { status, answer } = await post("/api/v1/codes", { code });
    expect([status, typeof answer["session"]]).toEqual([200, "string"]);
    await page.getByLabel(/enter a code/).fill("WRON-GGGG");
    await page.getByRole("button", { name: "Go on with it" }).click();
    await page.locator("dialog [role=alert]").waitFor();
    await page.getByLabel(/enter a code/).fill((await begun_elsewhere()).toLowerCase());
    await page.getByRole("button", { name: "Go on with it" }).click();
    await page.locator("dialog").waitFor({ state: "detached" });
    await expect_pending(page, "How sleepy are you?");
    await context.close();
  });
});
