// graphql-http: its audits of a server, all of them, for they are what clients
// were made against. Each must be ok; a warning or a notice is not.
import { strict as assert } from "node:assert";
import { test } from "node:test";
import { serverAudits } from "graphql-http";
import { demo } from "./server.js";

const audits = serverAudits({ url: `${demo}/graphql` });

test("graphql-http: the audits are as many as they were", () => {
  assert.equal(audits.length, 61);
});

for (const { id, name, fn } of audits) {
  test(`graphql-http: audit ${id} ${name}`, async () => {
    const { status, reason, response } = await fn();
    const found = response && { status: response.status, headers: Object.fromEntries(response.headers), body: await text(response) };
    assert.equal(status, "ok", `${status}: ${reason}\n${JSON.stringify(found, null, 2)}`);
  });
}

/** The body of a response, if the audit has not read it already. */
async function text(response) {
  return response.bodyUsed ? "(read by the audit)" : response.text();
}
