// Apollo Client: relayStylePagination merges pages, and records are told apart
// by their global IDs.
import { strict as assert } from "node:assert";
import { test } from "node:test";
import { ApolloClient, CombinedGraphQLErrors, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { relayStylePagination } from "@apollo/client/utilities";
import { filter, firstValueFrom } from "rxjs";
import { ask, demo, recorded } from "./server.js";

const contacts = gql`
  query Contacts($where: ContactWhere, $first: Int, $after: String) {
    contacts(where: $where, first: $first, after: $after) {
      edges { node { id email } }
      pageInfo { hasNextPage endCursor }
    }
  }
`;

const companyContacts = gql`
  query CompanyContacts($id: ID!, $after: String) {
    company(by: { id: $id }) {
      id
      contacts(first: 3, after: $after) {
        edges { node { id email } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`;

async function connect() {
  const { __schema } = await ask(demo, `{ __schema { types { kind name possibleTypes { name } } } }`);
  const interfaces = __schema.types.filter((type) => type.kind === "INTERFACE");
  const { fetch, seen } = recorded();
  const cache = new InMemoryCache({
    possibleTypes: Object.fromEntries(interfaces.map((type) => [type.name, type.possibleTypes.map(({ name }) => name)])),
    typePolicies: {
      Query: { fields: { contacts: relayStylePagination(["where", "orderBy"]) } },
      Company: { fields: { contacts: relayStylePagination() } },
    },
  });
  return { client: new ApolloClient({ cache, link: new HttpLink({ uri: `${demo}/graphql`, fetch }) }), cache, seen };
}

/** Watches a query, fetches page after page into it until there is no more, or limit pages, and counts them. */
async function fetchPages(t, query, connectionOf, limit) {
  const subscription = query.subscribe({});
  t.after(() => subscription.unsubscribe());
  let { data } = await firstValueFrom(query.pipe(filter((result) => !result.loading)));
  let pages = 1;
  for (; connectionOf(data).pageInfo.hasNextPage && pages < limit; pages++) {
    ({ data } = await query.fetchMore({ variables: { after: connectionOf(data).pageInfo.endCursor } }));
  }
  return pages;
}

test("Apollo Client: fetchMore merges the pages of a root list", async (t) => {
  const { client, seen } = await connect();
  const query = client.watchQuery({ query: contacts, variables: { first: 40 } });
  assert.equal(await fetchPages(t, query, (data) => data.contacts, 5), 5);

  const merged = client.readQuery({ query: contacts, variables: { first: 40 } });
  const whole = await ask(demo, `{ contacts(first: 200) { nodes { id email } pageInfo { endCursor } } }`);
  assert.deepEqual(
    merged.contacts.edges.map(({ node: { id, email } }) => ({ id, email })),
    whole.contacts.nodes,
  );
  assert.deepEqual(merged.contacts.pageInfo.hasNextPage, true);
  assert.equal(seen.length, 5);
  for (const request of seen) assert.match(request.type, /^application\/graphql-response\+json/);
});

test("Apollo Client: lists of different conditions are kept apart", async (t) => {
  const { client } = await connect();
  for (const lastname of ["Novak", "Müller"]) {
    const variables = { first: 10, where: { lastname: { eq: lastname } } };
    const query = client.watchQuery({ query: contacts, variables });
    await fetchPages(t, query, (data) => data.contacts, 3);
    const merged = client.readQuery({ query: contacts, variables });
    const whole = await ask(demo, `query($where: ContactWhere) { contacts(first: 30, where: $where) { nodes { id email } } }`, variables);
    assert.equal(whole.contacts.nodes.length, 30);
    assert.deepEqual(merged.contacts.edges.map(({ node: { id, email } }) => ({ id, email })), whole.contacts.nodes);
  }
});

test("Apollo Client: fetchMore merges the pages of an association, to its end", async (t) => {
  const { companies } = await ask(demo, `{ companies(first: 100) { nodes { id contacts(first: 0) { totalCount } } } }`);
  const { id } = companies.nodes.find(({ contacts: { totalCount } }) => totalCount > 6 && totalCount < 100);
  const { client, cache } = await connect();
  const query = client.watchQuery({ query: companyContacts, variables: { id } });
  const pages = await fetchPages(t, query, (data) => data.company.contacts, 100);
  assert.ok(pages >= 3, `${pages} pages, want 3 or more`);

  const merged = client.readQuery({ query: companyContacts, variables: { id } });
  const whole = await ask(demo, `query($id: ID!) { company(by: {id: $id}) { contacts(first: 1000) { nodes { id email } } } }`, { id });
  assert.deepEqual(
    merged.company.contacts.edges.map(({ node: { id, email } }) => ({ id, email })),
    whole.company.contacts.nodes,
  );
  assert.equal(merged.company.contacts.pageInfo.hasNextPage, false);

  // The records lie in the cache under their global IDs, once each.
  const inCache = Object.keys(cache.extract()).filter((key) => key.startsWith("Contact:"));
  assert.deepEqual(inCache.sort(), whole.company.contacts.nodes.map((node) => `Contact:${node.id}`).sort());
});

test("Apollo Client: stages of one ID in HubSpot are told apart, without any configuration", async () => {
  const client = new ApolloClient({ cache: new InMemoryCache(), link: new HttpLink({ uri: `${demo}/graphql` }) });
  const query = `{ tickets(first: 1000) { nodes { hs_pipeline_stage { id label } } } }`;
  const { data } = await client.query({ query: gql(query) });
  const whole = await ask(demo, query);
  assert.equal(whole.tickets.nodes.length, 600);
  assert.deepEqual(
    data.tickets.nodes.map(({ hs_pipeline_stage: { id, label } }) => ({ hs_pipeline_stage: { id, label } })),
    whole.tickets.nodes,
  );
});

test("Apollo Client: fragments on interfaces match", async () => {
  const { client } = await connect();
  const { contacts } = await ask(demo, `{ contacts(first: 1) { nodes { id displayName email } } }`);
  const [{ id, displayName, email }] = contacts.nodes;
  const { data } = await client.query({
    query: gql`query Node($id: ID!) { node(id: $id) { id ... on Record { displayName } ... on Contact { email } } }`,
    variables: { id },
  });
  assert.deepEqual(data.node, { __typename: "Contact", id, displayName, email });
});

test("Apollo Client: errors arrive with their codes", async () => {
  const { client } = await connect();
  const code = async (query) => {
    const { error } = await client.query({ query, errorPolicy: "all", fetchPolicy: "no-cache" });
    assert.ok(CombinedGraphQLErrors.is(error), `${error}`);
    return error.errors[0].extensions.code;
  };
  assert.equal(await code(gql`{ contacts(first: -1) { nodes { id } } }`), "BAD_USER_INPUT");
  assert.equal(await code(gql`{ contacts { nodes { shoe_size } } }`), "GRAPHQL_VALIDATION_FAILED");
});
