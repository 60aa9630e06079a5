// Relay: its compiler takes /schema.graphql, and its runtime pages through
// connections and refetches a record by node(id:), with the compiler's artifacts.
import { strict as assert } from "node:assert";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { test } from "node:test";
import relay from "relay-runtime";
import { run } from "./run.js";
import { ask, demo, large } from "./server.js";

const out = new URL("out/relay/", import.meta.url);
const require = createRequire(import.meta.url);
const artifact = (name) => require(`./out/relay/artifacts/${name}.graphql.js`);

for (const [portal, server] of Object.entries({ large, demo })) {
  test(`Relay: the compiler takes the schema of the ${portal} portal`, async () => {
    await rm(out, { recursive: true, force: true });
    await mkdir(new URL("artifacts/", out), { recursive: true });
    await writeFile(new URL("artifacts/package.json", out), `{"type": "commonjs"}`);
    await writeFile(new URL("schema.graphql", out), await (await fetch(`${server}/schema.graphql`)).text());
    const report = await run("relay-compiler", "relay.config.json");
    assert.match(report, /compiled documents: 6 reader, 4 normalization, 8 operation text/);
    assert.doesNotMatch(report, /warn|error/i);
  });
}

function connect() {
  const network = relay.Network.create(async ({ text }, variables) => {
    const response = await fetch(`${demo}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/graphql-response+json" },
      body: JSON.stringify({ query: text, variables }),
    });
    return response.json();
  });
  return new relay.Environment({ network, store: new relay.Store(new relay.RecordSource()) });
}

/** Fetches a query and keeps its data in the store; returns what the query itself selects. */
async function fetchQuery(environment, query, variables) {
  await relay.fetchQuery(environment, query, variables).toPromise();
  const operation = relay.createOperationDescriptor(query, variables);
  environment.retain(operation);
  return environment.lookup(operation.fragment).data;
}

/** Reads a fragment out of the store, as useFragment does. */
function read(environment, fragment, reference) {
  return environment.lookup(relay.getSingularSelector(fragment, reference)).data;
}

for (const [name, variables] of Object.entries({
  "a root list": {},
  "a root list with a condition and an order": {
    where: { hs_object_id: { exists: true }, OR: [{ country: { eq: "Germany" } }, { country: { eq: "Austria" } }] },
    orderBy: { property: "name", direction: "DESC" },
  },
})) {
  test(`Relay: the pages of ${name} are merged into its connection`, async () => {
    const environment = connect();
    const list = artifact("company_list");
    const root = await fetchQuery(environment, artifact("companyQuery"), variables);
    for (let page = 1; page < 4; page++) {
      const { pageInfo } = read(environment, list, root).companies;
      assert.equal(pageInfo.hasNextPage, true);
      await fetchQuery(environment, artifact("companyListPaginationQuery"), { ...variables, count: 10, cursor: pageInfo.endCursor });
    }
    const { edges } = read(environment, list, root).companies;
    const whole = await ask(
      demo,
      `query($where: CompanyWhere, $orderBy: CompanyOrder) { companies(first: 40, where: $where, orderBy: $orderBy) { nodes { id } } }`,
      variables,
    );
    assert.equal(edges.length, 40);
    assert.deepEqual(edges.map(({ node }) => node.id), whole.companies.nodes.map(({ id }) => id));
  });
}

test("Relay: a record is refetched by node(id:), and its associations are paged to their end", async () => {
  const { companies } = await ask(demo, `{ companies(first: 100) { nodes { id contacts(first: 0) { totalCount } } } }`);
  const { id } = companies.nodes.find(({ contacts: { totalCount } }) => totalCount > 4 && totalCount < 100);
  const environment = connect();
  const card = artifact("company_card");
  const refetch = artifact("companyCardRefetchQuery");
  const { node } = await fetchQuery(environment, refetch, { id, count: 2 });
  for (let pages = 1; read(environment, card, node).contacts.pageInfo.hasNextPage; pages++) {
    assert.ok(pages < 50, "the pages do not end");
    const { endCursor } = read(environment, card, node).contacts.pageInfo;
    await fetchQuery(environment, refetch, { id, count: 2, cursor: endCursor });
  }
  const got = read(environment, card, node);
  const whole = await ask(demo, `query($id: ID!) { company(by: {id: $id}) {
    name contacts(first: 1000) { edges { isPrimary node { email } } } } }`, { id });
  assert.equal(got.name, whole.company.name);
  assert.deepEqual(
    got.contacts.edges.map(({ isPrimary, node: { email } }) => ({ isPrimary, node: { email } })),
    whole.company.contacts.edges,
  );
});

test("Relay: stages of one ID in HubSpot are told apart", async () => {
  const { tickets } = await fetchQuery(connect(), artifact("ticketStagesQuery"), {});
  const whole = await ask(demo, `{ tickets(first: 1000) { nodes { hs_pipeline_stage { label } } } }`);
  assert.equal(whole.tickets.nodes.length, 600);
  assert.deepEqual(tickets.nodes, whole.tickets.nodes);
});
