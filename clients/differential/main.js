// Asks gateways and graphql-js the same random queries, and compares. The gateways
// are at HUBGRAPH_URLS, each is asked in turn; what their portal holds is in the
// file PORTAL_DUMP.
// QUERIES is how many to ask; SEED the first one's seed, each next one is one
// more. The first difference ends it, with the smallest query that has it.
import { buildSchema, execute, parse, validate } from "graphql";
import { difference } from "./compare.js";
import { Generator } from "./generate.js";
import { Portal } from "./portal.js";
import { Random } from "./random.js";
import { fieldResolver, typeResolver } from "./resolvers.js";
import { shrink } from "./shrink.js";

const urls = process.env.HUBGRAPH_URLS.split(" ");
const queries = Number(process.env.QUERIES || 1500);
const firstSeed = Number(process.env.SEED || 1);

const schema = buildSchema(await (await fetch(`${urls[0]}/schema.graphql`)).text());
const { data } = await ask(urls[0], "{ objectTypes { typeId graphqlType lookupField listField properties { name field } } }");
const portal = await Portal.load(process.env.PORTAL_DUMP, data.objectTypes);

const begin = Date.now();
const seen = { queries: 0, followed: 0, failed: 0, bytes: 0 };
for (let seed = firstSeed; seen.queries < queries; seed++) await one(seed);
console.log(
  `${seen.queries} queries from seed ${firstSeed} on had the same answers, ${seen.followed} of them behind a cursor, ${seen.failed} with errors; ` +
    `${(seen.bytes / 1e6).toFixed(1)} MB in ${((Date.now() - begin) / 1000).toFixed(1)} s`,
);

/** Asks one query, and then for what is behind one of its cursors. */
async function one(seed) {
  const query = new Generator(new Random(seed), schema, portal).query();
  const url = urls[seed % urls.length];
  const answers = await both(url, query.text, query.variables, query.variables);
  await same(seed, query, query.variables, query.variables, answers);
  const next = behind(query, answers, new Random(seed));
  if (!next) return;
  seen.followed++;
  await same(seed, query, next.ours, next.theirs, await both(url, query.text, next.ours, next.theirs));
}

async function same(seed, query, ours, theirs, [a, b]) {
  const url = urls[seed % urls.length];
  seen.queries++;
  seen.bytes += a.size;
  if (a.errors) seen.failed++;
  const what = difference(a, b);
  if (what === null) return;
  const differs = async (text) => {
    if (validate(schema, parse(text)).length > 0) return false;
    const [mine, wanted] = await both(url, text, ours, theirs);
    return difference(mine, wanted) !== null && fails(mine) === fails(a); // or it is another one
  };
  const smallest = await shrink(query.text, differs);
  const answers = await both(url, smallest, ours, theirs);
  console.log(`SEED=${seed} differs, ${what}\n\nSmallest query: ${difference(...answers)}\n${smallest}\nvariables ${JSON.stringify(ours)}`);
  for (const [name, { data, errors }] of Object.entries({ gateway: answers[0], "graphql-js": answers[1] })) {
    console.log(`${name}: ${JSON.stringify({ errors: errors?.slice(0, 3), data }).slice(0, 2000)}`);
  }
  process.exit(1);
}

/** Whether something about the arguments is wrong, such as the cursor of another query. */
function fails({ errors }) {
  return errors?.some(({ extensions }) => extensions.code === "BAD_USER_INPUT") ?? false;
}

/** The gateway's answer and graphql-js'; their variables differ in cursors. */
async function both(url, text, ours, theirs) {
  const document = parse(text);
  const wrong = validate(schema, document);
  if (wrong.length > 0) throw new Error(`${wrong[0].message} in ${text}`);
  return [await ask(url, text, ours), await execute({ schema, document, variableValues: theirs, contextValue: { portal }, fieldResolver, typeResolver })];
}

async function ask(url, query, variables) {
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  const text = await response.text();
  return { ...JSON.parse(text), size: text.length };
}

/** Variables for the page behind a cursor of a list that the answers have once, or null. */
function behind(query, [a, b], random) {
  const possible = query.connections.filter(({ path }) => cursors(a.data, path).length > 0);
  if (possible.length === 0) return null;
  const { path, variable } = random.pick(possible);
  const [mine, wanted] = [cursors(a.data, path), cursors(b.data, path)];
  const i = random.below(mine.length);
  return { ours: { ...query.variables, [variable]: mine[i] }, theirs: { ...query.variables, [variable]: wanted[i] } };
}

/** The cursors of a list, if it is in the answer once. */
function cursors(data, path) {
  let found = [data];
  for (const key of path) found = found.flatMap((object) => object?.[key] ?? []);
  if (found.length !== 1) return [];
  const [{ page, places }] = found;
  return [page?.startCursor, page?.endCursor, ...(places ?? []).map(({ cursor }) => cursor)].filter((cursor) => cursor);
}
