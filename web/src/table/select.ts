import type { DocumentNode, FieldNode, FragmentDefinitionNode, GraphQLNamedType, GraphQLSchema, OperationDefinitionNode, SelectionSetNode } from "graphql";
import { getNamedType, isInterfaceType, isObjectType, Kind } from "graphql";

/** A field of the answer: what is selected below one response name. */
export interface Selected {
  /** Its name in the answer. */
  key: string;
  name: string;
  /** Label for people. */
  label: string;
  type: GraphQLNamedType | undefined;
  children: Selected[];
}

/** The operation of a document that is run under a name, or its only one. */
export function operationOf(document: DocumentNode, name?: string): OperationDefinitionNode | undefined {
  const all = document.definitions.filter((d) => d.kind === Kind.OPERATION_DEFINITION);
  return name ? all.find((d) => d.name?.value === name) : all[0];
}

export const fragmentsOf = (document: DocumentNode): Map<string, FragmentDefinitionNode> =>
  new Map(document.definitions.filter((d) => d.kind === Kind.FRAGMENT_DEFINITION).map((d) => [d.name.value, d]));

/**
 * What an operation selects, as a tree of response names: fragments are put in
 * place, and selections of one name joined. Without a schema nothing has a type,
 * and labels are made of names.
 */
export function selectionsOf(document: DocumentNode, operationName?: string, schema?: GraphQLSchema | null): Selected[] {
  const operation = operationOf(document, operationName);
  if (!operation) return [];
  const walk = new Walk(fragmentsOf(document), schema ?? undefined);
  return walk.children(operation.selectionSet, schema?.getQueryType() ?? undefined);
}

class Walk {
  constructor(
    private readonly fragments: Map<string, FragmentDefinitionNode>,
    private readonly schema: GraphQLSchema | undefined,
  ) {}

  children(set: SelectionSetNode, parent: GraphQLNamedType | undefined): Selected[] {
    const into = new Map<string, Selected>();
    this.collect(set, parent, into, new Set());
    return [...into.values()];
  }

  private collect(set: SelectionSetNode, parent: GraphQLNamedType | undefined, into: Map<string, Selected>, spread: Set<string>): void {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        this.add(selection, parent, into);
        continue;
      }
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : this.fragments.get(selection.name.value);
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        if (spread.has(selection.name.value)) continue; // in a circle, which no answer has
        spread = new Set([...spread, selection.name.value]);
      }
      if (!fragment) continue;
      const on = fragment.typeCondition?.name.value;
      this.collect(fragment.selectionSet, on ? this.schema?.getType(on) : parent, into, spread);
    }
  }

  private add(field: FieldNode, parent: GraphQLNamedType | undefined, into: Map<string, Selected>): void {
    const key = field.alias?.value ?? field.name.value;
    const name = field.name.value;
    const definition = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
    const type = definition && getNamedType(definition.type);
    const known = into.get(key);
    const children = field.selectionSet ? this.children(field.selectionSet, type) : [];
    if (known) {
      known.children = joined(known.children, children);
      return;
    }
    const label = field.alias ? humanised(key) : labelOf(name, definition?.description, parent, type);
    into.set(key, { key, name, label, type, children });
  }
}

function joined(a: Selected[], b: Selected[]): Selected[] {
  const all = new Map(a.map((s) => [s.key, s]));
  for (const s of b) {
    const known = all.get(s.key);
    all.set(s.key, known ? { ...known, children: joined(known.children, s.children) } : s);
  }
  return [...all.values()];
}

/**
 * The descriptions of properties begin with the label that HubSpot's users know;
 * those of what the gateway adds are sentences.
 */
function labelOf(name: string, description: string | null | undefined, parent: GraphQLNamedType | undefined, type: GraphQLNamedType | undefined): string {
  const first = description?.trim().split("\n", 1)[0]?.trim();
  return first && isProperty(name, parent, type) ? first : humanised(name);
}

function isProperty(name: string, parent: GraphQLNamedType | undefined, type: GraphQLNamedType | undefined): boolean {
  if (!isObjectType(parent)) return false;
  const record = parent.getInterfaces().find((i) => i.name === "Record");
  if (!record || name in record.getFields()) return false;
  const gateways = /Connection$|^History|^ListMembership/.test(type?.name ?? "") || (isObjectType(type) && type.getInterfaces().length > 0);
  return !gateways;
}

/** `dataAsOf` and `hs_lead_status` as words. */
export function humanised(name: string): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, "$1 $2").replace(/[_\s]+/g, " ").trim().toLowerCase();
  return (words.charAt(0).toUpperCase() + words.slice(1)).replace(/\b(id|url)\b/gi, (word) => word.toUpperCase());
}
