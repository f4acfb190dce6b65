// The review console: what an operator does with it, by hand and by keyboard.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { enter, heading, overflow, pages, password, rows, search, visit, welcome_link } from "./console.ts";
import { browser_tests, expect_accessible, launch, open_page, Server } from "./harness.ts";
import { talk } from "./http_talk.ts";

browser_tests("review console", () => {
  let server: Server;
  let browser: Browser;
  let findable = "";
  beforeAll(async () => {
    server = await Server.start();
    browser = await launch();
    for (let count = 0; count < 6; count++) await talk(server, [], { pick: () => count % 2 });
    await talk(server, ["zebra crossing at noon"], { most: 1 });
    findable = await talk(server, ["quite a peculiar walrus"]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  test("a one-time link works once; the password logs in afterwards, and log-out ends it", async () => {
    const link = welcome_link(server, "ada", "viewer");
    const { page, context, complaints } = await open_page(browser, link);
    await page.getByLabel("Password").fill("short");
    await page.getByLabel("The same again").fill("short");
    await page.getByRole("button", { name: "Save and log in" }).click();
    await expect.poll(() => page.getByRole("alert").textContent()).toMatch(/12 characters/);
    await expect_accessible(page);
    await page.getByLabel("Password").fill(password);
    await page.getByLabel("The same again").fill(password);
    await page.getByRole("button", { name: "Save and log in" }).click();
    await heading(page, "Sessions");
    expect(page.url()).toBe(`${server.url}/review`);
    expect(complaints.list).toEqual([]);
    complaints.forgive_network();
    await page.getByRole("button", { name: "Log out" }).click();
    await heading(page, "Log in");
    await expect_accessible(page);
    await page.getByLabel("Name").fill("ada");
    await page.getByLabel("Password").fill("wrong wrong wrong");
    await page.getByRole("button", { name: "Log in" }).click();
    await expect.poll(() => page.getByRole("alert").textContent()).not.toBe("");
    await page.getByLabel("Password").fill(password);
    await page.keyboard.press("Enter");
    await heading(page, "Sessions");
    await context.close();

    const again = await open_page(browser, link);
    again.complaints.forgive_network();
    await again.page.getByLabel("Password").fill(password);
    await again.page.getByLabel("The same again").fill(password);
    await again.page.getByRole("button", { name: "Save and log in" }).click();
    await expect.poll(() => again.page.getByRole("alert").textContent()).not.toBe("");
    expect(again.complaints.list).toEqual([]);
    await again.context.close();
  });

  test("a talk is found by its text, read, tagged, noted and marked, and found again by its tag", async () => {
    const { page, context, complaints } = await enter(browser, server, "edith", "editor");
    await search(page, "peculiar walrus");
    await expect.poll(() => rows(page).count()).toBe(1);
    expect(new URL(page.url()).searchParams.get("q")).toBe("peculiar walrus");
    await rows(page).getByRole("link", { name: /peculiar walrus/ }).click();
    await heading(page, /peculiar walrus/);
    expect(page.url()).toContain(findable);
    const said = await page.locator(".line .said-text").allTextContents();
    expect(said.some((text) => text.includes("What time of day is it?"))).toBe(true);
    expect(said.some((text) => text.includes("peculiar walrus"))).toBe(true);
    await page.getByText("not understood", { exact: true }).waitFor();
    await page.getByLabel("New tag").fill("sea animals");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Remove the tag sea animals" }).waitFor();
    await page.getByLabel("New note").fill("Ask marketing.");
    await page.getByRole("button", { name: "Add note" }).click();
    await page.getByText("Ask marketing.").waitFor();
    await page.getByRole("button", { name: "Seen" }).click();
    await page.getByText(/seen by edith/).waitFor();
    await page.goBack();
    await heading(page, "Sessions");
    await page.goto(`${server.url}/review?tag=sea+animals&reviewed=yes`);
    await expect.poll(() => rows(page).count()).toBe(1);
    await page.getByRole("link", { name: /tag: sea animals/ }).click();
    await expect.poll(() => new URL(page.url()).search).toBe("?reviewed=yes");
    expect(complaints.list).toEqual([]);
    await context.close();
  });

  test("filters and twins are in the address, and the list follows what happens", async () => {
    const { page, context, complaints } = await enter(browser, server, "frank", "viewer");
    await page.getByLabel("State").selectOption("open");
    await expect.poll(() => rows(page).count()).toBe(1);
    const csv = await page.getByRole("link", { name: "CSV" }).getAttribute("href");
    const answer = await context.request.get(server.url + csv);
    expect(answer.status()).toBe(200);
    expect((await answer.text()).trim().split("\n").length).toBe(2);
    await talk(server, ["one more open talk"], { most: 1 });
    await expect.poll(() => rows(page).count(), { timeout: 15_000 }).toBe(2);
    await page.reload();
    await expect.poll(() => rows(page).count()).toBe(2);
    expect(complaints.list).toEqual([]);
    await context.close();
  });

  test("what-if shows another result beside the original, and the record stays", async () => {
    const { page, context, complaints } = await enter(browser, server, "grace", "viewer");
    await page.goto(`${server.url}/review/sessions/${findable}`);
    const what_if = page.locator(".what-if");
    const address = `${server.url}/api/v1/review/sessions/${findable}`;
    const before = await (await context.request.get(address)).text();
    const field = what_if.getByLabel("Time of day");
    await expect.poll(() => field.evaluate((element) => element.tagName)).toBe("SELECT");
    await field.selectOption("evening");
    await what_if.getByRole("button", { name: "Show the result" }).click();
    await what_if.getByText(/^(Another result|The same result|The talk would go on)\.$/).waitFor();
    const tea = what_if.getByRole("row", { name: /Tea/ });
    await tea.waitFor();
    expect(await tea.getByRole("cell").nth(0).textContent()).not.toBe(await tea.getByRole("cell").nth(1).textContent());
    expect(await (await context.request.get(address)).text()).toBe(before);
    await what_if.getByRole("button", { name: "As it was" }).click();
    await expect.poll(() => field.inputValue()).toBe("morning");
    await what_if.getByText("Weights of the rules").click();
    await what_if.getByRole("group", { name: "morning coffee" }).getByLabel("Coffee").fill("-20");
    await what_if.getByRole("button", { name: "Show the result" }).click();
    await what_if.getByText("Another result.").waitFor();
    expect(await (await context.request.get(address)).text()).toBe(before);
    expect(complaints.list).toEqual([]);
    await context.close();
  });

  test("figures add up to what was talked, and a result leads to its sessions", async () => {
    const { page, context, complaints } = await enter(browser, server, "henry", "viewer");
    await visit(page, `${server.url}/review/analytics`);
    const list = await (await context.request.get(`${server.url}/api/v1/review/analytics`)).json() as { started: number };
    await expect.poll(() => page.locator(".tile").first().locator("dd").textContent()).toBe(String(list.started));
    await page.getByRole("link", { name: "7 days" }).click();
    expect(new URL(page.url()).searchParams.get("from")).toMatch(/^\d{4}-\d\d-\d\d$/);
    await page.getByText("As a table").click();
    await page.getByRole("table", { name: "Outcomes over time" }).waitFor();
    const results = await page.getByRole("table", { name: "Sessions by result" }).locator("tbody td.num:nth-child(3)").allTextContents();
    expect(results.reduce((sum, text) => sum + Number(text), 0)).toBe(list.started);
    await page.getByRole("table", { name: "Sessions by result" }).getByRole("link").first().click();
    await heading(page, "Sessions");
    await expect.poll(() => rows(page).count()).toBeGreaterThan(0);
    expect(complaints.list).toEqual([]);
    await context.close();
  });

  test("a viewer is offered no changes, and the server refuses them as well", async () => {
    const { page, context, complaints } = await enter(browser, server, "victor", "viewer");
    await page.goto(`${server.url}/review/sessions/${findable}`);
    await page.getByRole("heading", { name: "What if?" }).waitFor();
    for (const name of ["Add tag", "Add note", "Seen", "Delete …", "Anonymise …", "Export"]) expect(await page.getByRole("button", { name }).count(), name).toBe(0);
    expect(await page.getByRole("link", { name: "Audit" }).count()).toBe(0);
    const answer = await context.request.put(`${server.url}/api/v1/review/sessions/${findable}/tags`, { data: { tags: ["x"] }, headers: { "X-Advisor": "1" } });
    expect(answer.status()).toBe(403);
    expect(complaints.list).toEqual([]);
    complaints.forgive_network();
    await page.goto(`${server.url}/review/audit`);
    await page.getByRole("alert").waitFor();
    await context.close();
  });

  test("an admin deletes a session after a question, and the log says who did it", async () => {
    const gone = await talk(server, ["forget this talk soon"], { pick: () => 1 });
    const { page, context, complaints } = await enter(browser, server, "olga", "admin");
    await page.goto(`${server.url}/review/sessions/${gone}`);
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Export" }).click()]);
    expect(readFileSync(await file.path(), "utf8")).toContain("forget this talk soon");
    await page.getByRole("button", { name: "Delete …" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
    expect((await context.request.get(`${server.url}/api/v1/review/sessions/${gone}`)).status()).toBe(200);
    await page.getByRole("button", { name: "Delete …" }).click();
    await expect_accessible(page);
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await heading(page, "Sessions");
    expect((await context.request.get(`${server.url}/api/v1/review/sessions/${gone}`)).status()).toBe(404);
    await page.getByRole("link", { name: "Audit" }).click();
    await page.getByRole("row", { name: /olga.*session\.delete/ }).first().waitFor();
    expect(complaints.list).toEqual([]);
    await context.close();
  });

  test("a text that was not understood leads to its talk, is put away and brought back", async () => {
    const { page, context, complaints } = await enter(browser, server, "irene", "editor");
    await page.getByRole("link", { name: "Inbox" }).click();
    const row = page.getByRole("row", { name: /peculiar walrus/ });
    await row.getByRole("link", { name: /^read/ }).click();
    await heading(page, /peculiar walrus/);
    await page.goBack();
    await row.getByRole("button", { name: /^Put away/ }).click();
    await expect.poll(() => row.count()).toBe(0);
    await page.getByRole("link", { name: "Put away" }).click();
    await row.getByRole("button", { name: /^Bring back/ }).click();
    await page.getByRole("link", { name: "To look at" }).click();
    await row.waitFor();
    expect(complaints.list).toEqual([]);
    await context.close();
  });

  test("an admin adds a person, whose link works; removing the account ends the log-in", async () => {
    const { page, context, complaints } = await enter(browser, server, "alma", "admin");
    await page.goto(`${server.url}/review/accounts`);
    const name = `nora-${Date.now()}`;
    await page.getByLabel("Name of the new account").fill(name);
    await page.getByRole("button", { name: "Add a person" }).click();
    const link = await page.locator(".secret code").textContent() ?? "";
    const other = await open_page(browser, link);
    await other.page.getByLabel("Password").fill(password);
    await other.page.getByLabel("The same again").fill(password);
    await other.page.keyboard.press("Enter");
    await heading(other.page, "Sessions");
    await page.getByRole("button", { name: `Remove ${name}` }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await expect.poll(() => page.getByRole("row", { name }).count()).toBe(0);
    other.complaints.forgive_network();
    await other.page.getByRole("link", { name: "Analytics" }).click();
    await heading(other.page, "Log in");
    expect([...complaints.list, ...other.complaints.list]).toEqual([]);
    await other.context.close();
    await context.close();
  });

  test.each([["light", 1280], ["dark", 1280], ["light", 320], ["dark", 360]] as const)("axe finds nothing and nothing sticks out on any page (%s, %i px)", async (scheme, width) => {
    const { page, context, complaints } = await enter(browser, server, `axe-${scheme}-${width}`, "admin", { colorScheme: scheme, viewport: { width, height: 720 } });
    for (const path of [...pages, `/review/sessions/${findable}`, "/review/nothing"]) {
      await visit(page, server.url + path);
      await page.evaluate(() => document.querySelectorAll("details").forEach((details) => {
        details.open = true;
      }));
      await expect_accessible(page);
      expect(await overflow(page), path).toBe(0);
    }
    expect(complaints.list).toEqual([]);
    await context.close();
  });

  test("with the keyboard alone: search, open, tag", async () => {
    const { page, context } = await enter(browser, server, "kay", "editor");
    const tab_to = async (matches: string): Promise<void> => {
      for (let count = 0; count < 80; count++) {
        if (await page.evaluate((selector) => document.activeElement?.matches(selector) === true, matches)) return;
        await page.keyboard.press("Tab");
      }
      throw new Error(`${matches} cannot be reached with Tab`);
    };
    await tab_to("input[type=search]");
    await page.keyboard.type("zebra crossing");
    await page.keyboard.press("Enter");
    await expect.poll(() => rows(page).count()).toBe(1);
    await tab_to(".sessions .talk a");
    await page.keyboard.press("Enter");
    await heading(page, /zebra crossing/);
    await tab_to("input[aria-label='New tag']");
    await page.keyboard.type("by hand");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Remove the tag by hand" }).waitFor();
    await context.close();
  });
});

browser_tests("review console, many sessions", () => {
  let server: Server;
  let browser: Browser;
  beforeAll(async () => {
    server = await Server.start();
    browser = await launch();
    for (let count = 0; count < 120; count++) await talk(server, [`talk number ${count}`], { most: 0 });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  test("pages follow each other without a gap or a repeat, and each has its address", async () => {
    const { page, context, complaints } = await enter(browser, server, "paula", "viewer");
    const seen: string[] = [];
    for (;;) {
      await expect.poll(() => rows(page).count()).toBeGreaterThan(0);
      seen.push(...await page.locator(".sessions .talk a").allTextContents());
      const older = page.getByRole("link", { name: "Older" });
      if (await older.count() === 0) break;
      const first = await rows(page).first().innerText();
      await older.click();
      await expect.poll(() => rows(page).first().innerText()).not.toBe(first);
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBe(120);
    await page.reload();
    await expect.poll(() => rows(page).count()).toBe(20);
    await page.getByRole("link", { name: "Latest" }).click();
    await expect.poll(() => page.locator(".sessions .talk a").first().textContent()).toBe("talk number 119");
    expect(complaints.list).toEqual([]);
    await context.close();
  });
});

browser_tests("review console, two versions of a script", () => {
  let server: Server;
  let browser: Browser;
  beforeAll(async () => {
    server = await Server.start();
    browser = await launch();
    for (let count = 0; count < 3; count++) await talk(server);
    await server.end("SIGTERM");
    const file = join(server.folder, "scripts", "tour.json");
    writeFileSync(file, readFileSync(file, "utf8").replace("How sleepy are you?", "How tired are you?"));
    await server.run();
    for (let count = 0; count < 2; count++) await talk(server, [], { most: count });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  test("both are listed with their sessions, and their figures stand side by side", async () => {
    const { page, context, complaints } = await enter(browser, server, "vera", "viewer");
    await page.getByRole("link", { name: "Scripts" }).click();
    await expect.poll(() => page.getByRole("table", { name: /Versions of/ }).locator("tbody tr").count()).toBe(2);
    const counts = await page.getByRole("table", { name: /Versions of/ }).locator("tbody td.num").allTextContents();
    expect(counts.sort()).toEqual(["2", "3"]);
    await page.getByRole("link", { name: "Analytics" }).click();
    await expect.poll(() => page.getByLabel("Version").locator("option").count()).toBe(3);
    const versions = await page.getByLabel("Version").locator("option").allTextContents();
    const [with_two, with_three] = ["(2)", "(3)"].map((end) => versions.find((text) => text.endsWith(end)) ?? "");
    await page.getByLabel("Version").selectOption({ label: with_two ?? "" });
    await page.getByLabel("Compare with").selectOption({ label: with_three ?? "" });
    await expect.poll(() => page.locator(".tile").first().locator("dd").textContent()).toBe("2−1 against 3");
    await expect_accessible(page);
    expect(complaints.list).toEqual([]);
    await context.close();
  });
});
