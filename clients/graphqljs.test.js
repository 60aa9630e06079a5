// graphql-js, the reference implementation that JavaScript's tools are made of,
// in the version that most of them use and in the newest.
import { strict as assert } from "node:assert";
import { test } from "node:test";
import * as graphql16 from "graphql";
import * as graphql17 from "graphql-17";
import { ask, demo, large } from "./server.js";

// All that a client can ask for.
const everything = {
  descriptions: true,
  directiveIsRepeatable: true,
  inputValueDeprecation: true,
  oneOf: true,
  schemaDescription: true,
  specifiedByUrl: true,
};

for (const [version, graphql] of Object.entries({ 16: graphql16, 17: graphql17 })) {
  for (const [portal, server] of Object.entries({ demo, large })) {
    test(`graphql-js ${version}: the schema of the ${portal} portal is valid, introspected or read from /schema.graphql`, async (t) => {
      const introspected = graphql.buildClientSchema(await ask(server, graphql.getIntrospectionQuery(everything)));
      const printed = graphql.buildSchema(await (await fetch(`${server}/schema.graphql`)).text());
      assert.deepEqual(graphql.validateSchema(introspected), []);
      assert.deepEqual(graphql.validateSchema(printed), []);
      // Not assert.equal: its report on megabytes takes minutes.
      assert.equal(firstDifference(graphql.printSchema(introspected), graphql.printSchema(printed)), null);

      const types = Object.values(introspected.getTypeMap());
      const fields = types.flatMap((type) => Object.values(type.getFields?.() ?? {}));
      t.diagnostic(`${types.length} types, ${fields.length} fields`);
    });
  }
}

test("graphql-js: the large portal is large", async () => {
  const schema = graphql16.buildClientSchema(await ask(large, graphql16.getIntrospectionQuery(everything)));
  const records = schema.getPossibleTypes(schema.getType("Record"));
  assert.equal(records.length, 35);
  for (const type of records) {
    const properties = Object.keys(type.getFields());
    assert.ok(properties.length >= 400, `${type.name} has ${properties.length} fields, want at least 400`);
  }
});

/** The first line in which two texts differ, as [number, from a, from b]; null when there is none. */
function firstDifference(a, b) {
  const [left, right] = [a.split("\n"), b.split("\n")];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    if (left[i] !== right[i]) return [i + 1, left[i], right[i]];
  }
  return null;
}
