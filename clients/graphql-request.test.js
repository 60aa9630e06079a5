// graphql-request, the client of scripts.
import { strict as assert } from "node:assert";
import { test } from "node:test";
import { ClientError, gql, GraphQLClient } from "graphql-request";
import { ask, demo } from "./server.js";

const contacts = gql`query Contacts($first: Int!) { contacts(first: $first) { nodes { id email } } }`;

for (const method of ["POST", "GET"]) {
  test(`graphql-request: a query with variables by ${method}`, async () => {
    const client = new GraphQLClient(`${demo}/graphql`, { method });
    const got = await client.request(contacts, { first: 7 });
    assert.equal(got.contacts.nodes.length, 7);
    assert.deepEqual(got, await ask(demo, contacts, { first: 7 }));
  });

  test(`graphql-request: errors by ${method} arrive with their codes`, async () => {
    const client = new GraphQLClient(`${demo}/graphql`, { method });
    const code = async (query) => {
      const error = await client.request(query).then(() => null, (error) => error);
      assert.ok(error instanceof ClientError, `${error}`);
      return error.response.errors[0].extensions.code;
    };
    assert.equal(await code(`{ contacts(first: -1) { nodes { id } } }`), "BAD_USER_INPUT");
    assert.equal(await code(`{ contacts { nodes { shoe_size } } }`), "GRAPHQL_VALIDATION_FAILED");
  });
}
