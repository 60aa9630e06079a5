// urql: sends short queries by GET, and every request accepts event streams.
import { strict as assert } from "node:assert";
import { test } from "node:test";
import { cacheExchange, Client, fetchExchange, gql } from "@urql/core";
import { ask, demo, recorded } from "./server.js";

const contacts = gql`
  query Contacts($first: Int, $after: String) {
    contacts(first: $first, after: $after) {
      nodes { id email companies(first: 2) { nodes { name } } }
      pageInfo { hasNextPage endCursor }
    }
  }
`;

function connect(options) {
  const { fetch, seen } = recorded();
  const client = new Client({ url: `${demo}/graphql`, exchanges: [cacheExchange, fetchExchange], fetch, ...options });
  return { client, seen };
}

for (const [method, preferGetMethod] of [["GET", true], ["POST", false]]) {
  test(`urql: pages by ${method} are answered in JSON, though event streams are accepted`, async () => {
    const { client, seen } = connect({ preferGetMethod });
    const nodes = [];
    for (let after = null, page = 0; page < 3; page++) {
      const { data, error } = await client.query(contacts, { first: 10, after }).toPromise();
      assert.equal(error, undefined);
      nodes.push(...data.contacts.nodes);
      after = data.contacts.pageInfo.endCursor;
    }
    const whole = await ask(demo, `{ contacts(first: 30) { nodes { id email companies(first: 2) { nodes { name } } } } }`);
    assert.deepEqual(nodes.map(plain), whole.contacts.nodes);
    assert.equal(seen.length, 3);
    for (const request of seen) {
      assert.equal(request.method, method);
      assert.match(request.accept, /text\/event-stream/);
      assert.match(request.type, /^application\/(graphql-response\+)?json/);
    }
  });
}

test("urql: errors arrive with their codes", async () => {
  for (const preferGetMethod of [true, false]) {
    const { client } = connect({ preferGetMethod });
    const code = async (query) => (await client.query(query, {}).toPromise()).error.graphQLErrors[0]?.extensions.code;
    assert.equal(await code(gql`{ contacts(first: -1) { nodes { id } } }`), "BAD_USER_INPUT");
    assert.equal(await code(gql`{ contacts { nodes { shoe_size } } }`), "GRAPHQL_VALIDATION_FAILED");
  }
});

/** A value without the type names that urql asks for. */
function plain(value) {
  return JSON.parse(JSON.stringify(value, (key, inner) => (key === "__typename" ? undefined : inner)));
}
