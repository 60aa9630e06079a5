// Writes the manifests of trusted documents that graphql-codegen and Relay's
// compiler make, into out/trusted/. The gateway that enforces them starts on
// them, and trusted.test.js asks it.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { run } from "./run.js";
import { demo } from "./server.js";

const out = new URL("out/trusted/", import.meta.url);
await rm(out, { recursive: true, force: true });
await mkdir(new URL("artifacts/", out), { recursive: true });
await writeFile(new URL("artifacts/package.json", out), `{"type": "commonjs"}`);
await writeFile(new URL("schema.graphql", out), await (await fetch(`${demo}/schema.graphql`)).text());
await writeFile(new URL("relay.json", out), "{}"); // which the compiler wants to be there
await run("graphql-codegen", "--config", "trusted.config.js");
await run("relay-compiler", "trusted.relay.json");
