import { print, parse } from "graphql";
import { expect, test } from "vitest";
import type { Plan, PlanStep } from "../src/cost/cost";
import { explained } from "../src/cost/explain";
import { card, drawn } from "../src/cost/layout";
import { datesOf, monthOf } from "../src/gallery/month";
import { aliasOf, nameOf } from "../src/gallery/write";
import { addressOf, sharedIn } from "../src/page/share";
import { versionIn } from "../src/schema/version";

test.each([
  ["{ a }", ""],
  ['query Q($x: String) {\n  a(b: "ü#&=%")\n}', '{"x": "1 + 1"}'],
])("a shared query comes back: %j", (query, variables) => {
  const address = addressOf("http://h.example/portals/7/?x=1#old", { query, variables });
  expect(address.startsWith("http://h.example/portals/7/#")).toBe(true);
  expect(sharedIn(new URL(address).hash)).toEqual({ query, variables });
});

test("no query in the address", () => {
  expect([sharedIn(""), sharedIn("#"), sharedIn("#variables=1")]).toEqual([undefined, undefined, undefined]);
});

test.each([
  ['"abc1"', "abc1"], ['W/"abc1"', "abc1"], ['"abc1-gzip"', "abc1"], ["abc1", undefined], [null, undefined],
])("the version in ETag %s", (etag, want) => {
  expect(versionIn(etag)).toBe(want);
});

test.each([
  ["Europe/Berlin", "2026-11-27T10:00:00Z", "2026-10-31T23:00:00.000Z", "2026-11-30T22:59:59.999Z"],
  ["Europe/Berlin", "2026-03-31T22:30:00Z", "2026-03-31T22:00:00.000Z", "2026-04-30T21:59:59.999Z"],
  ["America/New_York", "2027-01-01T04:00:00Z", "2026-12-01T05:00:00.000Z", "2027-01-01T04:59:59.999Z"],
  ["Nowhere/Nothing", "2026-02-01T00:00:00Z", "2026-02-01T00:00:00.000Z", "2026-02-28T23:59:59.999Z"],
])("the month in %s at %s", (zone, now, from, to) => {
  const month = monthOf(new Date(now), zone);
  expect([month.from.toISOString(), month.to.toISOString()]).toEqual([from, to]);
});

test("the month as dates", () => {
  expect(datesOf(new Date("2026-02-10T12:00:00Z"), "UTC")).toEqual({ from: "2026-02-01", to: "2026-02-28" });
});

test("names of GraphQL from words of anybody", () => {
  expect(["Sales Pipeline", "1st choice", "合同", "Größe – L"].map((w) => nameOf(w))).toEqual(["SalesPipeline", "Query1stChoice", "Query", "GroEL"]);
  const taken = new Set<string>();
  expect(["Due", "Due", "合同", "新", "Due"].map((w) => aliasOf(w, taken))).toEqual(["due", "due_2", "query", "query_2", "due_3"]);
});

test("the operation that runs is the one that is explained", () => {
  const question = { query: "query A { a } query B @explain { b }", operationName: "B" };
  expect(explained(question, false).query).toBe(print(parse("query A { a } query B @explain { b }")));
  expect(explained(question, true).query).toBe(print(parse("query A { a } query B @explain(analyze: true) { b }")));
});

test("a plan is drawn by rounds, with a line from whatever is waited for", () => {
  const step = (id: number, round: number, ...after: number[]): PlanStep => ({ id, round, after, endpoint: "list", what: "", why: "", paths: [], records: 1, calls: 1 });
  const plan: Plan = { calls: 4, allowedCalls: 9, refused: false, steps: [step(1, 1), step(2, 1), step(3, 2, 2), step(4, 2, 1), step(5, 3, 3, 4)] };
  const drawing = drawn(plan);
  const at = Object.fromEntries(drawing.steps.map((s) => [s.step.id, [s.x, s.y]]));
  expect(at[4]?.[1]).toBe(at[1]?.[1]); // beside what it waits for
  expect(at[3]?.[1]).toBe(at[2]?.[1]);
  expect(at[5]?.[0]).toBe(2 * (card.width + card.across));
  expect(drawing.lines.map((l) => `${l.from}>${l.to}`).sort()).toEqual(["1>4", "2>3", "3>5", "4>5"]);
  expect(new Set(drawing.steps.map((s) => `${s.x},${s.y}`)).size).toBe(5);
});
