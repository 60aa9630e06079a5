// The explorer in a real browser, against the built binary: `make browser` builds
// it, installs what this needs and runs it.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { button, loaded, open, ready, run, startBrowser, type } from "./page.js";
import { startDemo, startGuarded } from "./server.js";

let server;
let browser;

before(async () => {
  server = await startDemo();
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const nodes = (connection) => connection?.nodes ?? [];

test("the first query has an answer, and nothing comes from elsewhere", async (t) => {
  const { page, seen, shot } = await open(t, browser, server.origin + "/");
  await ready(page);
  const answer = await run(page);
  await shot("answer");

  assert.equal(answer.errors, undefined);
  const companies = nodes(answer.data.contacts).flatMap((c) => nodes(c.companies));
  assert.ok(companies.flatMap((c) => nodes(c.deals)).length > 0, "deals of companies of contacts");
  assert.match(await page.textContent(".result-window"), /295643\.50/, "digits as HubSpot has them");
  assert.deepEqual(seen.problems, []);
  assert.deepEqual([...seen.origins], [server.origin]);
  const bytes = await loaded(seen);
  t.diagnostic(`${(bytes / 1e6).toFixed(2)} MB on the wire, ${seen.workers.length} workers and the schema included`);
  assert.ok(seen.workers.length > 0);
  assert.ok(bytes <= 1_600_000, `${bytes} bytes`);
});

test("the editor is there in three seconds", async (t) => {
  const took = [];
  // Several times, each in a new profile: a machine that tests may be busy.
  for (let i = 0; i < 6 && !(Math.min(...took) <= 3000); i++) {
    const { page, seen } = await open(t, browser, server.origin + "/");
    await page.waitForSelector(".graphiql-query-editor .view-line");
    took.push(Date.now() - seen.began);
    await page.close();
  }
  t.diagnostic(`after ${took.join(", ")} ms`);
  assert.ok(Math.min(...took) <= 3000, `${took}`);
});

test("the cost and the plan stand below the answer", async (t) => {
  const { page, seen, shot } = await open(t, browser, server.origin + "/");
  await ready(page);
  const { extensions } = await run(page);
  const calls = Object.values(extensions.hubgraph.calls).reduce((a, b) => a + b, 0);
  await page.getByText(`${calls} HubSpot calls of ≤ ${extensions.hubgraph.plannedCalls}`).waitFor();

  await button(page, "Cost").click();
  for (const text of ["Calls by endpoint", "batch read", "Allowance left", "associations"]) await page.locator(".hg-cost").getByText(text).first().waitFor();
  await shot("cost");

  await button(page, "Plan").click();
  await button(page, "Explain (no calls)").click();
  await page.locator(".hg-step").first().waitFor();
  assert.equal(await page.locator(".hg-step").count(), 4);
  await button(page, "Run and compare").click();
  await page.getByText(/it took 4 calls/).waitFor();
  await shot("plan");
  assert.deepEqual(seen.problems, []);
});

const allContacts = "query People { contacts(first: 7, orderBy: {property: lastname}) { nodes { id displayName lastname email createdate hubspot_owner_id { fullName } } } }";

test("a table is sorted and copied, and read to its end as CSV", async (t) => {
  const { page, seen, shot } = await open(t, browser, server.origin + "/");
  await ready(page);
  await type(page, allContacts);
  await run(page);
  await button(page, "Table").click();
  const heads = await page.locator(".hg-table th").allTextContents();
  assert.deepEqual(heads, ["ID", "Display name", "Last Name", "Email", "Create date", "Owner"]);
  assert.equal(await page.locator(".hg-table tbody tr").count(), 7);

  const column = () => page.locator(".hg-table tbody tr td:nth-child(4)").allTextContents();
  await page.locator(".hg-table th button").nth(3).click();
  const up = await column();
  await page.locator(".hg-table th button").nth(3).click();
  assert.deepEqual(await column(), up.toReversed());
  await button(page, "Copy").click();
  await page.getByText("Copied").waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(copied.split("\n").length, 8);
  await shot("table");

  const saved = page.waitForEvent("download");
  await button(page, "Download all as CSV").click();
  const download = await saved;
  assert.equal(download.suggestedFilename(), "contacts.csv");
  const rows = parseCSV(await readFile(await download.path(), "utf8"));
  const wanted = await everyContact();
  assert.ok(wanted.length > 7);
  assert.deepEqual(rows.slice(1), wanted);
  const count = wanted.length.toLocaleString("en-US");
  await page.getByText(`${count} of ${count} records`).waitFor();
  assert.deepEqual(seen.problems, []);
});

/** The same by the API alone. */
async function everyContact() {
  const rows = [];
  for (let after = null; ; ) {
    const query = allContacts.replace("query People", "query ($after: String)").replace("first: 7", "first: 100, after: $after").replace(/ } }$/, " pageInfo { hasNextPage endCursor } } }");
    const response = await fetch(`${server.origin}/graphql`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ query, variables: { after } }) });
    const { data, errors } = await response.json();
    assert.equal(errors, undefined);
    for (const c of data.contacts.nodes) {
      rows.push([c.id, c.displayName, c.lastname, c.email, c.createdate, c.hubspot_owner_id?.fullName].map((v) => v ?? ""));
    }
    if (!data.contacts.pageInfo.hasNextPage) return rows;
    after = data.contacts.pageInfo.endCursor;
  }
}

/** CSV by RFC 4180, and no more than that. */
function parseCSV(text) {
  assert.equal(text[0], "\uFEFF");
  const rows = [[""]];
  let quoted = false;
  for (let i = 1; i < text.length; i++) {
    const row = rows.at(-1);
    const c = text[i];
    if (quoted && c === '"' && text[i + 1] === '"') row[row.length - 1] += text[++i];
    else if (c === '"') quoted = !quoted;
    else if (!quoted && c === ",") row.push("");
    else if (!quoted && c === "\r") rows.push([""]), i++;
    else row[row.length - 1] += c;
  }
  assert.deepEqual(rows.pop(), [""], "the last line ends");
  return rows;
}

test("a download stops when it is told to, and keeps what it has", async (t) => {
  const { page } = await open(t, browser, server.origin + "/");
  await ready(page);
  await type(page, "{ contacts(first: 7) { nodes { id } } }");
  await run(page);
  await button(page, "Table").click();
  let pages = 0;
  await page.route("**/graphql", async (route) => {
    if (++pages > 1) return; // the second page never comes
    const response = await route.fetch();
    const answer = await response.json();
    answer.data.contacts.hubgraphPage = { hasNextPage: true, endCursor: "x" };
    await route.fulfill({ response, json: answer });
  });
  await button(page, "Download all as CSV").click();
  await page.locator("progress").waitFor();
  await page.getByText(/\d+ rows\./).waitFor();
  await button(page, "Stop").click();
  await page.getByText("Stopped.").waitFor();
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: /^Save the/ }).click();
  assert.ok(parseCSV(await readFile(await (await saved).path(), "utf8")).length > 7);
});

test("the gallery opens a query in a tab, and it runs", async (t) => {
  const { page, seen, shot } = await open(t, browser, server.origin + "/");
  await ready(page);
  await button(page, "Show Gallery").click();
  await page.getByRole("button", { name: /^Deals closing this month/ }).click();
  await shot("gallery");
  assert.equal(await page.locator(".graphiql-tab").count(), 2);
  const answer = await run(page);
  assert.equal(answer.errors, undefined);
  assert.ok("deals" in answer.data);
  assert.deepEqual(seen.problems, []);
});

test("the explorer adds a field, and the documentation has HubSpot's labels", async (t) => {
  const { page, seen, shot } = await open(t, browser, server.origin + "/");
  await ready(page);
  await type(page, "{ contacts { nodes { id } } }");
  await button(page, "Show GraphiQL Explorer").click();
  await page.locator(".graphiql-explorer-root .graphiql-explorer-node").first().waitFor();
  await page.locator(".graphiql-explorer-root").getByText("companies", { exact: true }).first().click();
  await page.waitForFunction(() => document.querySelector(".graphiql-query-editor .view-lines")?.textContent.includes("companies"));
  await shot("explorer");
  await button(page, "Show Documentation Explorer").click();
  await page.locator(".graphiql-doc-explorer").getByText("Query", { exact: true }).first().click();
  await page.locator(".graphiql-doc-explorer").getByText("contacts", { exact: true }).first().waitFor();
  await shot("documentation");
  assert.deepEqual(seen.problems, []);
});

test("a shared link brings its query and variables, and no key", async (t) => {
  const { page } = await open(t, browser, server.origin + "/");
  await ready(page);
  await page.getByLabel("API key").fill("hg_secret");
  await type(page, "query Shared($n: Int) { contacts(first: $n) { nodes { id } } }");
  await button(page, "Share").click();
  await page.getByText("Link copied").waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  assert.doesNotMatch(link, /hg_secret/);
  assert.doesNotMatch(JSON.stringify(await page.evaluate(() => ({ ...localStorage }))), /hg_secret/);

  const other = await open(t, browser, link);
  await ready(other.page);
  await other.page.waitForFunction(() => document.querySelector(".graphiql-query-editor .view-lines")?.textContent.includes("Shared"));
});

test("where a key is wanted the page asks for it, and goes on with it", async (t) => {
  const guarded = await startGuarded();
  const { key } = guarded;
  t.after(() => guarded.stop());
  const { page, shot } = await open(t, browser, guarded.origin + "/");
  await page.getByText("The gateway asks for an API key").waitFor();
  await shot("key-wanted");
  await page.waitForFunction(() => document.activeElement?.id === "hg-key");
  await page.keyboard.type(key);
  // Those that were refused for want of a key may still be on their way.
  const introspected = page.waitForResponse(
    (r) => r.request().headers().authorization !== undefined && (r.request().postData()?.includes("IntrospectionQuery") ?? false),
  );
  await page.keyboard.press("Enter");
  assert.equal((await introspected).status(), 200);
  const asked = page.waitForRequest((r) => r.url().endsWith("/graphql") && r.postData().includes("companies"));
  const answer = await run(page);
  assert.equal((await asked).headers().authorization, `Bearer ${key}`);
  assert.ok(answer.data.contacts.nodes.length > 0);
  assert.equal(await page.getByText("The gateway asks for an API key").count(), 0);
  assert.doesNotMatch(JSON.stringify(await page.evaluate(() => [{ ...localStorage }, { ...sessionStorage }, location.href])), /hg_[a-z2-7]/);
});

test("the page of a portal asks that portal", async (t) => {
  const { page, seen } = await open(t, browser, server.origin + "/portals/4711/");
  await ready(page);
  const asked = page.waitForRequest((r) => r.url().endsWith("/graphql") && r.postData().includes("companies"));
  const answer = await run(page);
  assert.equal((await asked).url(), `${server.origin}/portals/4711/graphql`);
  assert.equal(answer.errors, undefined);
  assert.deepEqual(seen.problems, []);
});
