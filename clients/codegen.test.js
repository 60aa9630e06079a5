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

test("graphql-codegen: a lookup by a key that is a variable", async () => {
  const { contacts } = await ask(demo, `{ contacts(first: 1) { nodes { id email } } }`);
  const [{ id, email }] = contacts.nodes;
  assert.equal(await typed.emailOf(client, { email }), email);
  assert.equal(await typed.emailOf(client, { id }), email);
  assert.equal(await typed.emailOf(client, { email: "nobody@example.com" }), null);
});

test("graphql-codegen: conditions and an order that are variables, over several pages", async () => {
  const got = await typed.emails(client, typed.promising, typed.newest, 5);
  const want = (await allContacts())
    .filter((contact) => ["lead", "customer"].includes(contact.lifecyclestage?.value) && contact.createdate >= "2025-01-01")
    .filter((contact) => ["novak", "müller"].includes(contact.lastname?.toLowerCase()))
    .sort((a, b) => b.createdate.localeCompare(a.createdate))
    .map((contact) => contact.email);
  assert.ok(want.length > 10, `${want.length} contacts match, want more than two pages`);
  assert.deepEqual(got, want);
});

/** Every contact of the demo portal, page after page. */
async function allContacts() {
  const contacts = [];
  for (let after = null; ; ) {
    const page = await ask(
      demo,
      `query($after: String) { contacts(first: 1000, after: $after) {
        nodes { email lastname createdate lifecyclestage { value } } pageInfo { hasNextPage endCursor } } }`,
      { after },
    );
    contacts.push(...page.contacts.nodes);
    if (!page.contacts.pageInfo.hasNextPage) return contacts;
    after = page.contacts.pageInfo.endCursor;
  }
}

test("graphql-codegen: conditions and an order on associations", async () => {
  const { companies } = await ask(demo, `{ companies(first: 20) { nodes { id deals(first: 100) { nodes { amount } } } } }`);
  const company = companies.nodes.find(({ deals }) => deals.nodes.length >= 3);
  const want = company.deals.nodes.map((deal) => deal.amount).sort((a, b) => b - a);
  const least = want[1];
  assert.deepEqual(await typed.amounts(client, company.id, least), want.filter((amount) => amount >= least));
});

test("graphql-codegen: records of a type named at run time", async () => {
  const { deals } = await ask(demo, `{ deals(first: 1000, where: {dealstage: {eq: "closedwon"}}) { nodes { id } } }`);
  assert.ok(deals.nodes.length > 0);
  assert.deepEqual(
    await typed.texts(client, "deals", "dealstage", "closedwon"),
    deals.nodes.map(({ id }) => [id, "closedwon"]),
  );
});

test("graphql-codegen: the history of properties named by an enum", async () => {
  const { contacts } = await ask(demo, `{ contacts(first: 1) { nodes { id email lifecyclestage { value } } } }`);
  const [{ id, email, lifecyclestage }] = contacts.nodes;
  const got = await typed.history(client, { id }, ["lifecyclestage", "email"]);
  assert.deepEqual(
    got.map(({ name, versions }) => [name, versions[0].value]),
    [["lifecyclestage", lifecyclestage.value], ["email", email]],
  );
  for (const { versions } of got) {
    const times = versions.map(({ timestamp }) => timestamp);
    assert.deepEqual(times, times.toSorted().reverse());
  }
});

test("graphql-codegen: the members of a list, over several pages", async () => {
  const { lists } = await ask(demo, `{ lists(objectType: "contacts", first: 1000) { nodes { id size } } }`);
  const list = lists.nodes.find(({ size }) => size > 80 && size < 400);
  const whole = await ask(
    demo,
    `query($id: ID!) { list(id: $id) { members(first: 1000) { nodes { ... on Contact { email } } } } }`,
    list,
  );
  assert.equal(whole.list.members.nodes.length, list.size);
  assert.deepEqual(await typed.membersOf(client, list.id), whole.list.members.nodes.map(({ email }) => email));
});
