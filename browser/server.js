import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

const binary = process.env.HUBGRAPH_BIN ?? fileURLToPath(new URL("../bin/hubgraph", import.meta.url));

/** Starts hubgraph on its demo portal and waits until it is ready. */
export async function startServer() {
  const origin = `http://127.0.0.1:${await freePort()}`;
  let log = "";
  const child = spawn(binary, ["--demo", "--addr", new URL(origin).host], {
    env: { PATH: process.env.PATH },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let failure = null;
  child.on("error", (err) => (failure = err));
  child.stdout.on("data", (text) => (log += text));
  child.stderr.on("data", (text) => (log += text));

  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null || failure) return;
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    await exited;
  };
  for (let waited = 0; waited < 30_000; waited += 100) {
    if (failure || child.exitCode !== null) break;
    if (await isReady(origin)) return { origin, stop };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await stop();
  throw new Error(`${binary} did not become ready: ${failure ?? `exit code ${child.exitCode}`}\n${log}`);
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
