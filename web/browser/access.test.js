// Who uses the explorer without a mouse, or by ear, can use it too.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import { button, open, ready, run, startBrowser, type } from "./page.js";
import { startDemo } from "./server.js";

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

/** What axe finds that keeps people from using the page. */
async function serious(page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter((v) => ["serious", "critical"].includes(v.impact))
    .flatMap((v) => v.nodes.slice(0, 3).map((n) => `${v.id}: ${n.target.join(" ")}: ${n.failureSummary?.split("\n")[1]?.trim()}`));
}

for (const colorScheme of ["light", "dark"]) {
  for (const [size, viewport] of Object.entries({ wide: { width: 1400, height: 900 }, narrow: { width: 420, height: 860 } })) {
    test(`nothing serious for axe: ${colorScheme}, ${size}`, async (t) => {
      const { page, shot } = await open(t, browser, server.origin + "/", { colorScheme, viewport });
      await ready(page);
      const found = {};
      const look = async (what) => {
        await shot(`${colorScheme}-${size}-${what}`);
        found[what] = await serious(page);
      };
      await look("start");
      await type(page, "query People { contacts(first: 5) { nodes { id displayName companies { nodes { name } } } } }");
      await run(page);
      for (const view of ["Table", "Cost", "Plan"]) {
        await button(page, view).click();
        if (view === "Plan") {
          await button(page, "Explain (no calls)").click();
          await page.locator(".hg-step").first().waitFor();
        }
        await look(view.toLowerCase());
      }
      for (const plugin of ["Gallery", "Documentation Explorer", "History", "GraphiQL Explorer"]) {
        await button(page, `Show ${plugin}`).click();
        await page.waitForFunction(() => document.querySelector(".graphiql-plugin")?.textContent.length > 20);
        if (plugin === "Gallery") await page.getByText("Tickets by owner").waitFor();
        await look(plugin.toLowerCase().replace(" ", "-"));
        await button(page, `Hide ${plugin}`).click();
      }
      assert.deepEqual(found, Object.fromEntries(Object.keys(found).map((what) => [what, []])));
    });
  }
}

/** Presses Tab until the focus is on something of that name. */
async function tabTo(page, name, most = 60) {
  const seen = [];
  for (let i = 0; i < most; i++) {
    await page.keyboard.press("Tab");
    const label = await page.evaluate(() => {
      const e = document.activeElement;
      return e?.getAttribute("aria-label") || (e?.labels?.[0]?.textContent ?? "") || e?.textContent || "";
    });
    seen.push(label.trim().slice(0, 40));
    if (label.trim().startsWith(name)) return;
  }
  assert.fail(`${name} was not reached: ${seen.join(" | ")}`);
}

test("the keyboard does all of it", async (t) => {
  const { page, seen } = await open(t, browser, server.origin + "/");
  await ready(page);
  await page.locator("body").focus();
  await tabTo(page, "Show Gallery");
  await page.keyboard.press("Enter");
  await page.getByText("Tickets by owner").waitFor();
  await tabTo(page, "Tickets by owner");
  await page.keyboard.press("Enter");
  // The new tab's editor has the focus.
  const answer = await run(page, () => page.keyboard.press("ControlOrMeta+Enter"));
  assert.ok(answer.data.tickets.nodes.length > 0);
  await page.keyboard.press("Control+M"); // Tab leaves the editor rather than being typed
  await tabTo(page, "Table");
  await page.keyboard.press("Enter");
  await tabTo(page, "Download all as CSV");
  const saved = page.waitForEvent("download");
  await page.keyboard.press("Enter");
  assert.equal((await saved).suggestedFilename(), "tickets.csv");
  await tabTo(page, "ID");
  await page.keyboard.press("Enter");
  await page.locator('th[aria-sort="ascending"]').waitFor();
  assert.deepEqual(seen.problems, []);
});

test("the colours follow the system until somebody says otherwise", async (t) => {
  const { page } = await open(t, browser, server.origin + "/", { colorScheme: "dark" });
  await ready(page);
  const lightness = () => page.evaluate(() => {
    const canvas = document.createElement("canvas").getContext("2d");
    canvas.fillStyle = getComputedStyle(document.body).backgroundColor;
    canvas.fillRect(0, 0, 1, 1);
    return canvas.getImageData(0, 0, 1, 1).data[0];
  });
  assert.ok((await lightness()) < 100, "dark as the system");
  await button(page, "Colours: as the system").click();
  await button(page, "Colours: light").waitFor();
  assert.ok((await lightness()) > 200, "light as said");
  await page.reload();
  await ready(page);
  assert.ok((await lightness()) > 200, "light after a reload");
});
