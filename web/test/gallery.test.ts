import { buildClientSchema, buildSchema, getIntrospectionQuery, type GraphQLSchema, type IntrospectionQuery, parse, validate } from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startDemo, startLarge } from "../browser/server.js";
import type { Answer } from "../src/ask/answer";
import { type Portal, portalIn, portalQuery } from "../src/gallery/portal";
import { recipesOf } from "../src/gallery/recipes";

const now = new Date("2026-11-27T12:00:00Z");

async function ask(origin: string, query: string, variables?: unknown): Promise<Answer> {
  const response = await fetch(`${origin}/graphql`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ query, variables }) });
  return (await response.json()) as Answer;
}

describe.each([
  ["demo", startDemo, 15], // ten pipelines, three of the usual questions, two custom objects,
  ["large", startLarge, 20],
] as const)("the gallery of the %s portal", (_name, start, fewest) => {
  let gateway: { origin: string; stop: () => unknown };
  let schema: GraphQLSchema;
  let portal: Portal | undefined;
  beforeAll(async () => {
    gateway = await start();
    schema = buildClientSchema((await ask(gateway.origin, getIntrospectionQuery())).data as unknown as IntrospectionQuery);
    portal = portalIn(await ask(gateway.origin, portalQuery));
  }, 60_000);
  afterAll(() => gateway?.stop());

  const recipes = () => recipesOf(schema, portal as Portal, now);

  test("all queries are valid, and differ", () => {
    const all = recipes();
    expect(all.flatMap((r) => validate(schema, parse(r.query)).map((e) => `${r.title}: ${e.message}`))).toEqual([]);
    expect(new Set(all.map((r) => r.query)).size).toBe(all.length);
    expect(all.length).toBeGreaterThanOrEqual(fewest);
  });

  test("the gateway would run each", async () => {
    for (const r of recipes()) {
      const answer = await ask(gateway.origin, r.query.replace(/^query ([A-Za-z0-9_]+(\([^)]*\))?)/, "query $1 @explain"), r.variables);
      expect(answer.errors, r.title).toBeUndefined();
      expect(answer.extensions?.hubgraph?.plan?.refused, r.title).toBe(false);
      expect(answer.extensions?.hubgraph?.plan?.calls, r.title).toBeGreaterThan(0);
    }
  });

  test("there is one for each custom object and each pipeline, and the others", () => {
    const titles = recipes().map((r) => r.title);
    for (const t of portal?.objectTypes ?? []) {
      if (t.custom && t.listField) expect(titles).toContain(t.pluralLabel);
    }
    expect(titles).toEqual(expect.arrayContaining(["Contacts without a company", "Deals closing this month", "Tickets by owner"]));
    expect(titles.filter((t) => t.endsWith(", by stage")).length).toBeGreaterThanOrEqual(2);
  });
});

test("on the demo portal they find what they say", async () => {
  const gateway = await startDemo();
  try {
    const schema = buildClientSchema((await ask(gateway.origin, getIntrospectionQuery())).data as unknown as IntrospectionQuery);
    const portal = portalIn(await ask(gateway.origin, portalQuery)) as Portal;
    const run = async (title: string) => {
      const r = recipesOf(schema, portal, new Date()).find((x) => x.title === title);
      const answer = await ask(gateway.origin, r?.query ?? "", r?.variables);
      expect(answer.errors).toBeUndefined();
      return answer.data as Record<string, { totalCount?: number; nodes: Record<string, unknown>[] }>;
    };
    const stages = await run("Sales Pipeline, by stage");
    expect(Object.keys(stages)).toContain("closedWon");
    expect(Object.values(stages).some((s) => (s.totalCount ?? 0) > 0)).toBe(true);
    const tickets = (await run("Tickets by owner"))["tickets"]?.nodes ?? [];
    expect(tickets.length).toBeGreaterThan(0);
    const owners = tickets.map((t) => (t["hubspot_owner_id"] as { fullName: string }).fullName);
    expect(owners.filter((o, i) => o !== owners[i - 1]).length).toBe(new Set(owners).size); // together
    expect((await run("Sites"))["sites"]?.nodes.length).toBeGreaterThan(0);
    expect(await run("Deals closing this month")).toHaveProperty("deals");
    for (const c of (await run("Contacts without a company"))["contacts"]?.nodes ?? []) expect(c["id"]).toBeTruthy();
  } finally {
    await gateway.stop();
  }
});

test("a portal with next to nothing has no queries that need more", () => {
  const schema = buildSchema("interface Record { id: ID! } type Deal implements Record { id: ID! } type Deals { nodes: [Deal!] } type Query { deals(first: Int): Deals }");
  const type = { typeId: "0-3", name: "deal", graphqlType: "Deal", listField: "deals", searchable: false, custom: false, singularLabel: null, pluralLabel: null, associates: [], pipelines: [{ pipelineId: "p", label: null, archived: null, stages: null }] };
  expect(recipesOf(schema, { id: "1", timeZone: "UTC", objectTypes: [type] }, now)).toEqual([]);
});
