import { readFile } from "node:fs/promises";

const types = { js: "text/javascript", css: "text/css" };

/**
 * Answers the page's requests to jsDelivr from the npm packages of the very
 * versions it names, so that its integrity hashes are checked for real without
 * a network. A version that is not installed fails the request.
 */
export async function serveCDN(context) {
  await context.route("https://cdn.jsdelivr.net/**", async (route) => {
    const found = new URL(route.request().url()).pathname.match(/^\/npm\/((?:@[\w-]+\/)?[\w-]+)@([\d.]+)\/([\w./-]+)$/);
    if (!found) return route.abort();
    const [, name, version, path] = found;
    const folder = new URL(`node_modules/${name}/`, import.meta.url);
    const installed = JSON.parse(await readFile(new URL("package.json", folder), "utf8")).version;
    if (installed !== version) return route.abort();
    await route.fulfill({
      body: await readFile(new URL(path, folder)),
      contentType: types[path.split(".").at(-1)],
      headers: { "access-control-allow-origin": "*" },
    });
  });
}
