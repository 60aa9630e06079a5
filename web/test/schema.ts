import { readFileSync } from "node:fs";
import { buildSchema, type GraphQLSchema } from "graphql";

/** A schema in a file, parsed once. */
const known = new Map<string, GraphQLSchema>();

/** A small schema as hubgraph builds them: the parts that the page looks at. */
export function smallSchema(): GraphQLSchema {
  const path = new URL("portal.graphql", import.meta.url).pathname;
  const schema = known.get(path) ?? buildSchema(readFileSync(path, "utf8"));
  known.set(path, schema);
  return schema;
}
