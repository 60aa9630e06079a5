import {
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
  visit,
} from "graphql";
import type { Question } from "../ask/answer";
import { fragmentsOf, operationOf } from "./select";

// Response names and a variable that nobody else uses.
const pageKey = "hubgraphPage";
const totalKey = "hubgraphTotal";
const afterName = "hubgraphAfter";

/** Asks for one page of a connection after another. */
export interface Pager {
  /** The page behind a cursor; the first one if there is none. With how many there are in all if withTotal. */
  page(after: string | null, first: number | null, withTotal: boolean): Question;
  /** How many the operation itself asks for; null if it does not say. */
  first: number | null;
  /** Where the operation itself begins. */
  after: string | null;
}

/** What a page says of itself: found where the connection is, beside its rows. */
export function placeIn(connection: Record<string, unknown> | undefined): { next: string | null; total: number | null } {
  const info = connection?.[pageKey] as { hasNextPage?: boolean; endCursor?: string | null } | undefined;
  const total = connection?.[totalKey];
  return { next: info?.hasNextPage ? (info.endCursor ?? null) : null, total: typeof total === "number" ? total : null };
}

/**
 * Makes a pager of the connection at a path, which leads through no other list.
 * It asks for that alone, not for what else the operation asks for.
 */
export function pagerOf(question: Question, path: string[]): Pager {
  const document = parse(question.query);
  const operation = operationOf(document, question.operationName);
  if (!operation) throw new Error("the operation is not in its document");
  const variables = question.variables ?? {};
  const target = fieldAt(operation.selectionSet, path, fragmentsOf(document));
  return {
    first: numberOf(valueOf(target, "first"), variables),
    after: textOf(valueOf(target, "after"), variables),
    page(after, first, withTotal) {
      const pruned = prune(operation.selectionSet, path, fragmentsOf(document), (field) => turned(field, first, withTotal));
      return tidied(document, operation, pruned, { ...variables, [afterName]: after });
    },
  };
}

/** The selection of a path alone; the last field of it is replaced. */
function prune(set: SelectionSetNode, path: string[], fragments: Map<string, FragmentDefinitionNode>, replace: (f: FieldNode) => FieldNode): SelectionSetNode {
  const rest = path.slice(1);
  const kept = at(set, path[0] ?? "", fragments).map((field): SelectionNode =>
    rest.length === 0 || !field.selectionSet ? replace(field) : { ...field, selectionSet: prune(field.selectionSet, rest, fragments, replace) },
  );
  return { kind: Kind.SELECTION_SET, selections: kept };
}

/** The selections of one response name, fragments looked into. */
function at(set: SelectionSetNode, key: string, fragments: Map<string, FragmentDefinitionNode>): FieldNode[] {
  return set.selections.flatMap((s): FieldNode[] => {
    if (s.kind === Kind.FIELD) return (s.alias ?? s.name).value === key ? [s] : [];
    const inside = s.kind === Kind.INLINE_FRAGMENT ? s : fragments.get(s.name.value);
    return inside ? at(inside.selectionSet, key, fragments) : [];
  });
}

function fieldAt(set: SelectionSetNode, path: string[], fragments: Map<string, FragmentDefinitionNode>): FieldNode {
  const field = at(set, path[0] ?? "", fragments)[0];
  if (!field) throw new Error(`${path[0]} is not in the operation`);
  return path.length > 1 && field.selectionSet ? fieldAt(field.selectionSet, path.slice(1), fragments) : field;
}

function turned(field: FieldNode, first: number | null, withTotal: boolean): FieldNode {
  const others = (field.arguments ?? []).filter((a) => a.name.value !== "after" && (first === null || a.name.value !== "first"));
  const added = [argument("after", { kind: Kind.VARIABLE, name: name(afterName) })];
  if (first !== null) added.push(argument("first", { kind: Kind.INT, value: String(first) }));
  const more: SelectionNode[] = [leafs(pageKey, "pageInfo", ["hasNextPage", "endCursor"])];
  if (withTotal) more.push(leafs(totalKey, "totalCount", []));
  const selections = [...(field.selectionSet?.selections ?? []), ...more];
  return { ...field, arguments: [...others, ...added], selectionSet: { kind: Kind.SELECTION_SET, selections } };
}

const name = (value: string) => ({ kind: Kind.NAME, value }) as const;
const argument = (of: string, value: ValueNode): ArgumentNode => ({ kind: Kind.ARGUMENT, name: name(of), value });
const leafs = (alias: string, of: string, children: string[]): FieldNode => ({
  kind: Kind.FIELD,
  alias: name(alias),
  name: name(of),
  selectionSet: children.length
    ? { kind: Kind.SELECTION_SET, selections: children.map((c) => ({ kind: Kind.FIELD, name: name(c) })) }
    : undefined,
});

/** The operation with other selections, and the variables and fragments that these need. */
function tidied(document: DocumentNode, operation: OperationDefinitionNode, selectionSet: SelectionSetNode, variables: Record<string, unknown>): Question {
  const fragments = usedFragments(selectionSet, fragmentsOf(document));
  const used = new Set<string>();
  for (const node of [selectionSet, ...fragments, ...(operation.directives ?? [])]) {
    visit(node, { Variable: (v) => void used.add(v.name.value) });
  }
  const definition = parse(`query ($${afterName}: String) { x }`).definitions[0] as OperationDefinitionNode;
  const definitions = [...(operation.variableDefinitions ?? []), ...(definition.variableDefinitions ?? [])];
  const page: OperationDefinitionNode = {
    ...operation,
    directives: operation.directives?.filter((d) => d.name.value !== "explain"),
    selectionSet,
    variableDefinitions: definitions.filter((d) => used.has(d.variable.name.value)),
  };
  return {
    query: print(askingForMore({ kind: Kind.DOCUMENT, definitions: [page, ...fragments] })),
    variables: Object.fromEntries(Object.entries(variables).filter(([key]) => used.has(key))),
    ...(operation.name ? { operationName: operation.name.value } : {}),
  };
}

/** The document with every connection in it asked whether it has more than it shows. */
function askingForMore(document: DocumentNode): DocumentNode {
  return visit(document, {
    SelectionSet(set) {
      const ofConnection = set.selections.some((s) => s.kind === Kind.FIELD && ["nodes", "edges"].includes(s.name.value) && !s.arguments?.length);
      const asked = set.selections.some((s) => s.kind === Kind.FIELD && s.alias?.value === pageKey);
      return ofConnection && !asked ? { ...set, selections: [...set.selections, leafs(pageKey, "pageInfo", ["hasNextPage", "endCursor"])] } : undefined;
    },
  });
}

function usedFragments(set: SelectionSetNode, all: Map<string, FragmentDefinitionNode>): FragmentDefinitionNode[] {
  const used = new Map<string, FragmentDefinitionNode>();
  const look = (node: SelectionSetNode): void =>
    void visit(node, {
      FragmentSpread: ({ name: { value } }) => {
        const fragment = all.get(value);
        if (!fragment || used.has(value)) return;
        used.set(value, fragment);
        look(fragment.selectionSet);
      },
    });
  look(set);
  return [...used.values()];
}

const valueOf = (field: FieldNode, of: string): ValueNode | undefined => field.arguments?.find((a) => a.name.value === of)?.value;

function numberOf(value: ValueNode | undefined, variables: Record<string, unknown>): number | null {
  if (value?.kind === Kind.INT) return Number(value.value);
  const given = value?.kind === Kind.VARIABLE ? variables[value.name.value] : undefined;
  return typeof given === "number" ? given : null;
}

function textOf(value: ValueNode | undefined, variables: Record<string, unknown>): string | null {
  if (value?.kind === Kind.STRING) return value.value;
  const given = value?.kind === Kind.VARIABLE ? variables[value.name.value] : undefined;
  return typeof given === "string" ? given : null;
}
