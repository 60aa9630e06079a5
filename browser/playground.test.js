// The playground in a real browser, against the built binary on its demo
// portal: `make browser` builds it, installs what this needs and runs it.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { serveCDN } from "./cdn.js";
import { startServer } from "./server.js";

const screenshots = fileURLToPath(new URL("screenshots/", import.meta.url));
const editor = ".graphiql-query-editor .CodeMirror";
const result = ".result-window .CodeMirror";

let server;
let browser;

before(async () => {
  await mkdir(screenshots, { recursive: true });
  server = await startServer();
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Opens the playground in a new profile and notes all that goes wrong in it. */
async function open(t, { cdn = true } = {}) {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
  t.after(() => context.close());
  const seen = { origins: new Set(), problems: [] };
  if (cdn) await serveCDN(context);
  else await context.route("https://cdn.jsdelivr.net/**", (route) => route.abort());
  const page = await context.newPage();
  page.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol !== "data:") seen.origins.add(origin);
  });
  page.on("pageerror", (err) => seen.problems.push(`page error: ${err}`));
  page.on("console", (message) => {
    if (message.type() === "error") seen.problems.push(`console: ${message.text()}`);
  });
  page.on("requestfailed", (request) => seen.problems.push(`failed: ${request.url()} ${request.failure()?.errorText}`));
  await page.goto(server.origin + "/");
  return { page, seen };
}

const valueOf = (page, selector) => page.$eval(selector, (element) => element.CodeMirror.getValue());

/** Presses Execute and returns the answer once one is shown. */
async function execute(page) {
  await page.click(".graphiql-execute-button");
  await page.waitForFunction(
    (selector) => {
      try {
        const shown = JSON.parse(document.querySelector(selector).CodeMirror.getValue());
        return "data" in shown || "errors" in shown;
      } catch {
        return false; // still empty, or half written
      }
    },
    result,
    { timeout: 30_000 },
  );
  return JSON.parse(await valueOf(page, result));
}

const nodes = (connection) => connection?.nodes ?? connection?.edges?.map((edge) => edge.node) ?? [];

test("the example query is in the editor and its answer holds contacts, companies and deals", async (t) => {
  const { page, seen } = await open(t);
  await page.waitForSelector(editor);
  const query = await valueOf(page, editor);
  for (const word of ["contacts", "companies", "deals"]) {
    assert.match(query, new RegExp(`\\b${word}\\b`), "the example query");
  }

  const answer = await execute(page);
  await page.screenshot({ path: screenshots + "answer.png" });

  assert.equal(answer.errors, undefined);
  const contacts = nodes(answer.data.contacts);
  const companies = contacts.flatMap((contact) => nodes(contact.companies));
  const deals = companies.flatMap((company) => nodes(company.deals));
  assert.ok(contacts.length > 0, "contacts");
  assert.ok(companies.length > 0, "companies of contacts");
  assert.ok(deals.length > 0, "deals of companies");
  assert.deepEqual(seen.problems, []);
  assert.deepEqual([...seen.origins].sort(), [server.origin, "https://cdn.jsdelivr.net"].sort());
});

test("the documentation shows the portal's types", async (t) => {
  const { page, seen } = await open(t);
  await page.waitForSelector(editor);
  await page.click('button[aria-label="Show Documentation Explorer"]');
  await page.click('.graphiql-doc-explorer >> text="Query"', { timeout: 30_000 });
  await page.waitForSelector('.graphiql-doc-explorer >> text="contacts"');
  await page.screenshot({ path: screenshots + "documentation.png" });
  assert.deepEqual(seen.problems, []);
});

test("a mistake in a query is answered with a code", async (t) => {
  const { page } = await open(t);
  await page.waitForSelector(editor);
  await page.$eval(editor, (element) => element.CodeMirror.setValue("{ contactss { nodes { id } } }"));
  const answer = await execute(page);
  assert.equal(answer.errors?.[0]?.extensions?.code, "GRAPHQL_VALIDATION_FAILED");
});

test("without the CDN the page says so", async (t) => {
  const { page, seen } = await open(t, { cdn: false });
  await page.waitForSelector("text=could not be loaded");
  assert.match(await page.textContent("#graphiql"), new RegExp(`${server.origin}/graphql`));
  assert.deepEqual(seen.problems.filter((problem) => problem.startsWith("page error")), []);
});
