// A portal of 20,000 properties, whose schema changes while it is looked at.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { button, complete, open, ready, startBrowser, type } from "./page.js";
import { startLarge } from "./server.js";

let server;
let browser;

before(async () => {
  server = await startLarge();
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const line = (page) => page.waitForFunction(() => document.querySelector(".graphiql-query-editor .view-lines")?.textContent);

test("completion and the explorer know 20,000 properties", async (t) => {
  const { page, seen, shot } = await open(t, browser, server.origin + "/");
  await page.waitForSelector(".graphiql-query-editor .view-line");
  const usable = Date.now() - seen.began;
  await ready(page);
  t.diagnostic(`editor after ${usable} ms, schema after ${Date.now() - seen.began} ms, ${(seen.bytes / 1e6).toFixed(2)} MB on the wire`);

  await type(page, "{ contacts { nodes { id } } }");
  for (let i = 0; i < 6; i++) await page.keyboard.press("ArrowLeft");
  const began = Date.now();
  await complete(page, " lifecycles", "lifecyclestage");
  t.diagnostic(`completion after ${Date.now() - began} ms`);
  await shot("large-completion");
  await page.keyboard.press("Enter");
  assert.match(String(await (await line(page)).jsonValue()), /lifecyclestage/);

  await button(page, "Show GraphiQL Explorer").click();
  await page.locator(".graphiql-explorer-root").getByText("companies", { exact: true }).first().waitFor({ timeout: 30_000 });
  await shot("large-explorer");
  await button(page, "Show Gallery").click();
  await page.getByText("Deals closing this month").waitFor();
  assert.deepEqual(seen.problems, []);
});

test("a new property is in the editor without a reload", async (t) => {
  const { page, seen, shot } = await open(t, browser, server.origin + "/");
  await ready(page);
  await server.addProperty("shoe_size");
  const noticed = page.getByText("The portal's schema changed");
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange"))); // as after another window
  await noticed.waitFor({ timeout: 30_000 });
  await shot("large-changed");
  await type(page, "{ contacts { nodes { id } } }");
  for (let i = 0; i < 6; i++) await page.keyboard.press("ArrowLeft");
  await complete(page, " shoe_s", "shoe_size");
  await button(page, "Dismiss").click();
  assert.equal(await noticed.count(), 0);
  assert.deepEqual(seen.problems, []);
});
