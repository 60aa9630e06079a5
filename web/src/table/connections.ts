import type { DocumentNode, GraphQLSchema } from "graphql";
import { type Selected, selectionsOf } from "./select";

/** A column of a table: where its values stand below a row, by response names. */
export interface Column {
  path: string[];
  label: string;
}

/** A connection that an answer may hold, and the table that it is shown as. */
export interface ConnectionTable {
  /** Response names from the root to the connection. */
  path: string[];
  /** What people see: the names with what is around them. */
  title: string;
  columns: Column[];
  /** Where among the path the connections are that this one is inside of. */
  outer: string[][];
}

/** The connections that an operation asks for, outer ones before those in them. */
export function connectionsOf(document: DocumentNode, operationName?: string, schema?: GraphQLSchema | null): ConnectionTable[] {
  const found: ConnectionTable[] = [];
  for (const field of selectionsOf(document, operationName, schema)) visit(field, [], [], [], found);
  return found;
}

function visit(field: Selected, above: string[], outer: string[][], titles: string[], found: ConnectionTable[]): void {
  if (field.children.length === 0) return;
  const path = [...above, field.key];
  const title = [...titles, field.label];
  const rows = rowsOf(field);
  if (rows) {
    found.push({ path, title: title.join(" › "), columns: rows.columns, outer });
    const nodes = rows.node.children;
    for (const child of nodes) visit(child, [...path, ...rows.nodePath], [...outer, path], title, found);
    return;
  }
  for (const child of field.children) visit(child, path, outer, title, found);
}

/** How a connection's rows are reached; undefined if the field is none. */
function rowsOf(field: Selected): { node: Selected; nodePath: string[]; columns: Column[] } | undefined {
  const nodes = field.children.find((c) => c.name === "nodes" && c.children.length > 0);
  if (nodes) return { node: nodes, nodePath: [nodes.key], columns: columnsOf(nodes.children, [nodes.key], []) };
  const edges = field.children.find((c) => c.name === "edges");
  const node = edges?.children.find((c) => c.name === "node" && c.children.length > 0);
  if (!edges || !node) return undefined;
  const ofEdge = edges.children.filter((c) => c !== node && c.name !== "cursor");
  return {
    node,
    nodePath: [edges.key, node.key],
    columns: [...columnsOf(node.children, [edges.key, node.key], []), ...columnsOf(ofEdge, [edges.key], [])],
  };
}

/** What a connection's records are reached through, and which says nothing to people. */
const throughs = new Set(["nodes", "edges", "node"]);

/** The leaves below fields. A path begins with what the rows are in. */
function columnsOf(fields: Selected[], path: string[], labels: string[]): Column[] {
  return fields.filter((f) => f.name !== "pageInfo" && f.name !== "cursor").flatMap((field) => {
    const below = [...path, field.key];
    if (field.children.length === 0) {
      const label = field.name === "__typename" ? "Type" : field.label;
      return [{ path: below, label: [...labels, label].join(" › ") }];
    }
    // One leaf of an object, such as an owner's name, is what people mean by it.
    const [leaf, ...others] = field.children;
    const transparent = throughs.has(field.name);
    if (leaf?.children.length === 0 && others.length === 0 && !transparent && !throughs.has(leaf.name)) {
      return [{ path: [...below, leaf.key], label: [...labels, field.label].join(" › ") }];
    }
    return columnsOf(field.children, below, transparent ? labels : [...labels, field.label]);
  });
}
