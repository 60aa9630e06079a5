// Trusted documents: a gateway that lets nothing through but what the manifests
// of graphql-codegen and Relay hold, and persisted queries as Apollo Client
// sends them.
import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { test } from "node:test";
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { ask, demo, recorded, trusted } from "./server.js";

const require = createRequire(import.meta.url);
const manifest = async (name) => JSON.parse(await readFile(new URL(`out/trusted/${name}`, import.meta.url), "utf8"));

/** Posts a request to the gateway that enforces, and returns its answer. */
async function post(body) {
  const response = await fetch(`${trusted}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/graphql-response+json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, ...(await response.json()) };
}

test("trusted documents: those of graphql-codegen are known by their hashes", async () => {
  const documents = Object.entries(await manifest("gql/persisted-documents.json"));
  assert.ok(documents.length >= 5, `${documents.length} documents`);
  const [hash, text] = documents.find(([, document]) => document.includes("query Lookup"));
  const { contacts } = await ask(demo, `{ contacts(first: 1) { nodes { id email } } }`);
  const [{ id, email }] = contacts.nodes;
  for (const request of [
    { documentId: hash },
    { extensions: { persistedQuery: { version: 1, sha256Hash: hash } } },
    { query: text },
    { query: text, documentId: hash },
  ]) {
    const { status, data, errors } = await post({ ...request, variables: { by: { id } } });
    assert.deepEqual([status, errors, data.contact.email], [200, undefined, email]);
  }
});

test("trusted documents: those of Relay are known by their IDs", async () => {
  const known = await manifest("relay.json");
  const { params } = require("./out/trusted/artifacts/companyQuery.graphql.js");
  assert.equal(params.text, null);
  assert.ok(known[params.id]);
  const { status, data, errors } = await post({ documentId: params.id, variables: {} });
  assert.deepEqual([status, errors], [200, undefined]);
  assert.ok(data.companies.edges.length > 0);
});

test("trusted documents: nothing else is let through", async () => {
  const query = "{ contacts { nodes { email } } }";
  const sha256Hash = createHash("sha256").update(query).digest("hex");
  for (const [request, status, code] of [
    [{ query }, 403, "UNTRUSTED_DOCUMENT"],
    [{ query, extensions: { persistedQuery: { version: 1, sha256Hash } } }, 403, "UNTRUSTED_DOCUMENT"],
    [{ extensions: { persistedQuery: { version: 1, sha256Hash } } }, 400, "PERSISTED_QUERY_NOT_FOUND"],
    [{ query: "{ __schema { types { name } } }" }, 403, "UNTRUSTED_DOCUMENT"],
  ]) {
    const answer = await post(request);
    assert.deepEqual([answer.status, answer.errors[0].extensions.code, answer.data], [status, code, undefined]);
  }
});

for (const useGETForHashedQueries of [false, true]) {
  test(`Apollo Client: persisted queries, hashes by ${useGETForHashedQueries ? "GET" : "POST"}`, async () => {
    const query = gql(`query Persisted${useGETForHashedQueries} { contacts(first: 2) { nodes { id email } } }`);
    const { fetch, seen } = recorded();
    const client = new ApolloClient({
      cache: new InMemoryCache(),
      link: ApolloLink.from([
        new PersistedQueryLink({
          sha256: (text) => createHash("sha256").update(text).digest("hex"),
          useGETForHashedQueries,
        }),
        new HttpLink({ uri: `${demo}/graphql`, fetch }),
      ]),
    });
    const emails = [];
    for (let i = 0; i < 2; i++) {
      const { data, error } = await client.query({ query, fetchPolicy: "network-only" });
      assert.equal(error, undefined);
      emails.push(data.contacts.nodes.map(({ email }) => email));
    }
    assert.equal(emails[0].length, 2);
    assert.deepEqual(emails[0], emails[1]);
    // Unknown, then with its text, then known.
    const hashed = useGETForHashedQueries ? "GET" : "POST";
    assert.deepEqual(seen.map(({ method, status }) => [method, status]), [[hashed, 400], ["POST", 200], [hashed, 200]]);
  });
}
