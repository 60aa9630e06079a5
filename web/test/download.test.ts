import { type DocumentNode, graphql, parse, validate } from "graphql";
import { expect, test } from "vitest";
import type { Answer, Question } from "../src/ask/answer";
import { connectionsOf } from "../src/table/connections";
import { download, type Progress } from "../src/table/download";
import { pagerOf } from "../src/table/paged";
import { smallSchema } from "./schema";

/** Answers questions over so many deals as the gateway does, and keeps the questions. */
function gateway(deals: number, refuse?: (q: Question, n: number) => Answer | undefined) {
  const asked: Question[] = [];
  const page = ({ first, after }: { first?: number; after?: string }, all: number) => {
    const from = after ? Number(after) : 0;
    const to = Math.min(all, from + (first ?? 25));
    return {
      nodes: Array.from({ length: to - from }, (_, i) => ({ dealname: `Deal ${from + i + 1}`, amount: from + i, contacts: (args: { first?: number }) => page({ ...args, first: args.first ?? 1 }, 2) })),
      pageInfo: { hasNextPage: to < all, endCursor: String(to) },
      totalCount: all,
    };
  };
  const rootValue = { deals: (args: object) => page(args, deals), contact: () => ({ deals: (args: object) => page(args, deals) }) };
  const ask = async (question: Question): Promise<Answer> => {
    asked.push(question);
    expect(validate(smallSchema(), parse(question.query)).map((e) => e.message)).toEqual([]);
    const refused = refuse?.(question, asked.length);
    if (refused) return refused;
    const { query, variables, operationName } = question;
    return (await graphql({ schema: smallSchema(), source: query, rootValue, variableValues: variables, operationName })) as Answer;
  };
  return { asked, ask };
}

async function read(question: Question, path: string, ask: (q: Question) => Promise<Answer>, signal = new AbortController().signal): Promise<Progress> {
  const document: DocumentNode = parse(question.query);
  const table = connectionsOf(document, question.operationName, smallSchema()).find((t) => t.path.join(".") === path);
  if (!table) throw new Error(`no table ${path}`);
  let last: Progress | undefined;
  for await (const progress of download(question, table, ask, signal)) last = progress;
  if (!last) throw new Error("no page");
  return last;
}

test.each([
  ["a short query", { query: "{ deals(first: 3) { nodes { dealname } } contact(by: \"1\") { email } }" }, "deals", 450, 450, 3],
  ["from a cursor on", { query: "query Q($c: String) { deals(after: $c, first: 500) { nodes { dealname } } }", variables: { c: "100" } }, "deals", 450, 350, 1],
  ["below one record", { query: "{ contact(by: \"1\") { email deals { nodes { dealname } } } }" }, "contact.deals", 250, 250, 2],
  ["edges, in fragments, of one of two operations", { operationName: "B", query: "query A { deals { totalCount } } query B($min: Float) { x: deals(where: {amount: {gt: $min}}) { ...c } } fragment c on DealConnection { nodes { ...d } } fragment d on Deal { dealname } fragment unused on Deal { id }", variables: { min: 1, other: 2 } }, "x", 201, 201, 2],
  ["none", { query: "{ deals { nodes { dealname } } }" }, "deals", 0, 0, 1],
])("%s is read to the end", async (_name, question, path, deals, rows, pages) => {
  const { asked, ask } = gateway(deals);
  const progress = await read(question, path, ask);
  expect([progress.rows.length, progress.pages, progress.done]).toEqual([rows, pages, true]);
  expect(new Set(progress.rows.map((r) => r[0])).size).toBe(rows);
  expect(asked[0]?.query).not.toContain("email"); // only the connection is asked for again
});

test("the total is asked for once, and tells how far it is", async () => {
  const { asked, ask } = gateway(450);
  const progress = await read({ query: "{ deals { nodes { dealname } } }" }, "deals", ask);
  expect([progress.records, progress.total]).toEqual([450, 450]);
  expect(asked.map((q) => q.query.includes("totalCount"))).toEqual([true, false, false]);
});

test("a table of inner lists pages through the outer one, and tells what was cut", async () => {
  const { ask } = gateway(210);
  const query = { query: "{ deals { nodes { dealname contacts { nodes { email } } } } }" };
  const progress = await read(query, "deals.nodes.contacts", ask);
  expect([progress.rows.length, progress.records, progress.cut]).toEqual([210, 210, 210]);
});

test("pages shrink until the gateway takes them", async () => {
  const { asked, ask } = gateway(60, (q) => {
    const first = Number(/first: (\d+)/.exec(q.query)?.[1]);
    return first > 30 ? { errors: [{ message: "too many", extensions: { code: "TOO_EXPENSIVE" } }] } : undefined;
  });
  const progress = await read({ query: "{ deals { nodes { dealname } } }" }, "deals", ask);
  expect(asked.map((q) => /first: (\d+)/.exec(q.query)?.[1])).toEqual(["200", "100", "50", "25", "25", "25"]);
  expect(progress.rows.length).toBe(60);
});

test("a spent allowance is waited for, and the page asked for again", async () => {
  const { ask } = gateway(250, (_q, n) => (n === 2 ? { data: null, errors: [{ message: "wait", extensions: { code: "RATE_LIMITED", retryAfterMs: 1 } }] } : undefined));
  expect((await read({ query: "{ deals { nodes { dealname } } }" }, "deals", ask)).rows.length).toBe(250);
});

test.each([
  ["a day's allowance", { errors: [{ message: "spent for today", extensions: { code: "RATE_LIMITED", hubspotLimit: "DAILY" } }] }, "spent for today"],
  ["a part that failed", { data: {}, errors: [{ message: "HubSpot is away", extensions: { code: "UPSTREAM_UNAVAILABLE" } }] }, "HubSpot is away"],
  ["no data", {}, "no data"],
])("%s ends it with what is said", async (_name, refusal: Answer, message) => {
  const { ask } = gateway(250, (_q, n) => (n === 2 ? refusal : undefined));
  await expect(read({ query: "{ deals { nodes { dealname } } }" }, "deals", ask)).rejects.toThrow(message);
});

test("stopping ends it, in a wait as well", async () => {
  const stop = new AbortController();
  const { ask } = gateway(250, () => {
    queueMicrotask(() => stop.abort());
    return { errors: [{ message: "wait", extensions: { code: "RATE_LIMITED", retryAfterMs: 60_000 } }] };
  });
  await expect(read({ query: "{ deals { nodes { dealname } } }" }, "deals", ask, stop.signal)).rejects.toThrow();
});

test("@explain is not paged through", () => {
  const pager = pagerOf({ query: "query @explain { deals { nodes { dealname } } }" }, ["deals"]);
  expect(pager.page(null, 10, false).query).not.toContain("@explain");
});
