// The gateways that the tests run against, and the plainest client of all to
// compare answers with.
import { strict as assert } from "node:assert";

/** The gateway on the demo portal. */
export const demo = origin("HUBGRAPH_DEMO");

/** The gateway on a portal of 35 object types with 400 properties each. */
export const large = origin("HUBGRAPH_LARGE");

/** The gateway on the demo portal that lets only trusted documents through; only the tests of those ask it. */
export const trusted = process.env.HUBGRAPH_TRUSTED;

function origin(name) {
  const value = process.env[name];
  assert.ok(value, `${name} is not set: run the tests by "make clients", which starts the gateways`);
  return value;
}

/** Posts a request as curl would and returns the data, which must come without errors. */
export async function ask(server, query, variables) {
  const response = await fetch(`${server}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  assert.deepEqual([response.status, errors], [200, undefined]);
  return data;
}

/** Wraps fetch and keeps the requests and responses that went through it. */
export function recorded() {
  const seen = [];
  const recordingFetch = async (input, init) => {
    const response = await fetch(input, init);
    seen.push({
      method: init?.method ?? "GET",
      accept: new Headers(init?.headers).get("accept"),
      status: response.status,
      type: response.headers.get("content-type"),
    });
    return response;
  };
  return { fetch: recordingFetch, seen };
}
