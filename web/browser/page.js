import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const screenshots = fileURLToPath(new URL("screenshots/", import.meta.url));

/** Starts Chromium as Debian has it. */
export async function startBrowser() {
  await mkdir(screenshots, { recursive: true });
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}

/**
 * Opens a page in a new profile and notes what goes wrong in it, what it loads,
 * and how much that is on the wire.
 */
export async function open(t, browser, url, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, acceptDownloads: true, locale: "en-US", ...options });
  t.after(() => context.close());
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = await context.newPage();
  const seen = { origins: new Set(), problems: [], workers: [], bytes: 0 };
  page.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol !== "data:" && protocol !== "blob:") seen.origins.add(origin);
  });
  page.on("pageerror", (err) => seen.problems.push(`page error: ${err}`));
  page.on("console", (message) => {
    // The editor's workers and the policy complain there as well.
    if (message.type() === "error") seen.problems.push(`console: ${message.text()}`);
  });
  page.on("requestfailed", (request) => {
    // Chromium reports a HEAD that was answered so, as no body comes.
    if (request.method() === "HEAD" && request.failure()?.errorText === "net::ERR_ABORTED") return;
    seen.problems.push(`failed: ${request.url()} ${request.failure()?.errorText}`);
  });
  await context.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
  });
  const cdp = await context.newCDPSession(page);
  await cdp.send("Network.enable");
  cdp.on("Network.loadingFinished", ({ encodedDataLength }) => (seen.bytes += encodedDataLength));
  page.on("worker", (worker) => seen.workers.push(worker.url())); // its file is not among the page's
  schemas.set(page, page.waitForResponse((r) => r.request().postData()?.includes("IntrospectionQuery") ?? false));
  seen.began = Date.now();
  await page.goto(url);
  return { page, seen, shot: (name) => page.screenshot({ path: `${screenshots}${name}.png` }) };
}

/** When a page has been told the schema. */
const schemas = new WeakMap();

/** Waits until the editor shows a query and knows the schema. */
export async function ready(page) {
  await page.waitForSelector(".graphiql-query-editor .view-line");
  await schemas.get(page);
  await page.locator('button[aria-label^="Re-fetch GraphQL schema"]:enabled').waitFor();
}

/** Pastes a short query into the editor, in place of what is there. */
export async function type(page, query) {
  await page.click(".graphiql-query-editor .view-lines");
  await page.evaluate((text) => navigator.clipboard.writeText(text), query);
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.press("ControlOrMeta+V"); // typing would have brackets closed
  const bare = (text) => text.replace(/\s/g, "");
  await page.waitForFunction((want) => document.querySelector(".graphiql-query-editor .view-lines").textContent.replace(/\s/g, "") === want, bare(query));
}

/** Runs what is in the editor and returns the answer, as the page asked for it. */
export async function run(page, press = () => page.click(".graphiql-execute-button")) {
  const answered = page.waitForResponse((r) => r.url().endsWith("/graphql") && !r.request().postData()?.includes("IntrospectionQuery"));
  await press();
  const response = await answered;
  const answer = await response.json();
  await page.waitForFunction(() => document.querySelector(".result-window")?.textContent.includes("{"));
  return answer;
}

/** Types the beginning of a field and waits until the editor offers the rest. */
export async function complete(page, text, field) {
  const offered = page.locator(".suggest-widget.visible").getByText(field).first();
  await page.keyboard.type(text, { delay: 30 });
  for (let i = 0; i < 20 && !(await offered.isVisible()); i++) {
    await page.keyboard.press("Control+Space"); // again: the worker may just be learning the schema
    await offered.waitFor({ timeout: 1000 }).catch(() => undefined);
  }
  await offered.waitFor({ timeout: 1000 });
}

/** How many bytes a page has loaded, its workers included. */
export async function loaded(seen) {
  const files = [...new Set(seen.workers)].filter((url) => url.startsWith("http"));
  const sizes = files.map(async (url) => {
    const response = await fetch(url, { method: "HEAD", headers: { "Accept-Encoding": "br" } });
    return Number(response.headers.get("Content-Length"));
  });
  return (await Promise.all(sizes)).reduce((sum, n) => sum + n, seen.bytes);
}

/** The button of a name below the answer, in the header or in the side bar. */
export const button = (page, name) => page.getByRole("button", { name, exact: true });
