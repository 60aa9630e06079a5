// graphql-codegen: its types pass TypeScript's strict mode, and its documents
// get right answers.
import { strict as assert } from "node:assert";
import { rm } from "node:fs/promises";
import { before, test } from "node:test";
import { GraphQLClient } from "graphql-request";
import { run } from "./run.js";
import { ask, demo } from "./server.js";

let typed; // the compiled documents of typed/
const client = new GraphQLClient(`${demo}/graphql`);

before(async () => {
  for (const folder of ["typed", "js"]) await rm(new URL(`out/${folder}/`, import.meta.url), { recursive: true, force: true });
  await run("graphql-codegen", "--config", "codegen.config.js");
  await run("tsc");
  typed = await import("./out/js/typed/contacts.js");
});

test("graphql-codegen: a lookup by a unique property", async () => {
  const { contacts } = await ask(demo, `{ contacts(first: 1) { nodes { email } } }`);
  const [{ email }] = contacts.nodes;
  assert.equal(await typed.emailOf(client, email), email);
  assert.equal(await typed.emailOf(client, "nobody@example.com"), null);
});
