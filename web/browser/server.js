import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

// `make browser` builds both.
const bin = (name) => fileURLToPath(new URL(`../../bin/${name}`, import.meta.url));
const hubgraph = process.env.HUBGRAPH_BIN ?? bin("hubgraph");

/** Starts hubgraph on its demo portal. */
export const startDemo = (...flags) => startGateway(["--demo", ...flags]);

/** Starts hubgraph on its demo portal for those alone who have a key, which it returns too. */
export async function startGuarded() {
  const made = execFileSync(hubgraph, ["keys", "create", "analyst"], { encoding: "utf8" });
  const [key] = /hg_[a-z2-7]{59}/.exec(made);
  const [sha256] = /[0-9a-f]{64}/.exec(made);
  const gateway = await startGateway(["--demo"], { HUBGRAPH_API_KEYS: JSON.stringify({ keys: [{ name: "analyst", sha256 }] }) });
  return { ...gateway, key };
}

/**
 * Starts hubgraph on a portal of 20,000 properties. It also returns how the
 * portal is given one property more, which the gateway then knows.
 */
export async function startLarge() {
  const portal = spawn(bin("portal"), { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(portal.stdout, "data");
  const url = String(line).trim();
  const gateway = await startGateway(["--hubspot-url", url], { HUBSPOT_ACCESS_TOKEN: "pat-eu1-fake-token" });
  return {
    ...gateway,
    async addProperty(name) {
      await fetch(`${url}/test/property?name=${name}`, { method: "POST" });
      await fetch(`${gateway.origin}/admin/refresh`, { method: "POST", headers: { "Content-Type": "application/json" } });
    },
    async stop() {
      await gateway.stop();
      await ended(portal);
    },
  };
}

async function startGateway(flags, env = {}) {
  const origin = `http://127.0.0.1:${await freePort()}`;
  let log = "";
  const child = spawn(hubgraph, [...flags, "--addr", new URL(origin).host], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let failure = null;
  child.on("error", (err) => (failure = err));
  child.stdout.on("data", (text) => (log += text));
  child.stderr.on("data", (text) => (log += text));

  const stop = () => (failure ? undefined : ended(child));
  for (let waited = 0; waited < 60_000; waited += 100) {
    if (failure || child.exitCode !== null) break;
    if (await isReady(origin)) return { origin, stop };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await stop();
  throw new Error(`${hubgraph} did not become ready: ${failure ?? `exit code ${child.exitCode}`}\n${log}`);
}

async function ended(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  await exited;
}

async function isReady(origin) {
  try {
    return (await fetch(origin + "/readyz")).ok;
  } catch {
    return false; // not listening yet
  }
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
