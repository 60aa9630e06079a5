import { getNamedType, type GraphQLInputObjectType, type GraphQLObjectType, type GraphQLSchema, isEnumType, isInputObjectType, isLeafType, isObjectType } from "graphql";
import type { ObjectType, Portal } from "./portal";

/**
 * The records of one object type as the schema has them: what may be selected,
 * filtered and ordered by. The gallery writes nothing that is not in there.
 */
export class Records {
  private constructor(
    readonly type: ObjectType,
    readonly list: string,
    private readonly record: GraphQLObjectType,
    private readonly where: GraphQLInputObjectType | undefined,
    private readonly orders: Set<string>,
  ) {}

  /** Undefined if the schema has no such records. */
  static of(schema: GraphQLSchema, type: ObjectType | undefined): Records | undefined {
    if (!type?.graphqlType || !type.listField) return undefined;
    const record = schema.getType(type.graphqlType);
    const field = schema.getQueryType()?.getFields()[type.listField];
    if (!isObjectType(record) || !field) return undefined;
    const argument = (name: string) => {
      const found = field.args.find((a) => a.name === name);
      return found && getNamedType(found.type);
    };
    const [where, order] = [argument("where"), argument("orderBy")];
    const property = isInputObjectType(order) ? getNamedType(order.getFields()["property"]?.type) : undefined;
    const orders = isEnumType(property) ? property.getValues().map((v) => v.name) : [];
    return new Records(type, type.listField, record, isInputObjectType(where) ? where : undefined, new Set(orders));
  }

  get plural(): string {
    return this.type.pluralLabel ?? this.type.name;
  }

  has(field: string): boolean {
    return field in this.record.getFields();
  }

  filters(field: string): boolean {
    return field in (this.where?.getFields() ?? {});
  }

  canOrderBy(field: string): boolean {
    return this.orders.has(field);
  }

  /** The first field whose values are of a type of the schema, such as PipelineStage, and that filters take. */
  fieldOf(typeName: string): string | undefined {
    const fields = Object.values(this.record.getFields());
    return fields.find((f) => getNamedType(f.type).name === typeName && this.filters(f.name))?.name;
  }

  /** The scalar that a range filter of a property compares by, such as DateTime. */
  rangeScalar(field: string): string | undefined {
    const filter = getNamedType(this.where?.getFields()[field]?.type);
    const between = isInputObjectType(filter) ? getNamedType(filter.getFields()["between"]?.type) : undefined;
    return isInputObjectType(between) ? getNamedType(between.getFields()["from"]?.type)?.name : undefined;
  }

  /** Selections of those of the fields that there are, each as it has to be written. */
  select(...names: string[]): string[] {
    return names.filter((n) => this.has(n)).flatMap((n) => written(n, this.record) ?? []);
  }

  /** The first properties that are the portal's own rather than HubSpot's. */
  ownFields(most: number): string[] {
    const core = new Set(this.record.getInterfaces().flatMap((i) => Object.keys(i.getFields())));
    const all = Object.keys(this.record.getFields()).filter((n) => !core.has(n) && !/^(hs_|hubspot_|createdate$|createdAt$)/.test(n));
    return all.flatMap((n) => written(n, this.record) ?? []).slice(0, most);
  }

  /** The field of an associated object type's records, if the portal associates them. */
  associationTo(portal: Portal, name: string): string | undefined {
    const other = portal.objectTypes.find((t) => t.name === name);
    return other?.listField && other.typeId !== this.type.typeId && this.type.associates.includes(other.typeId) && this.has(other.listField)
      ? other.listField
      : undefined;
  }
}

/** How people read a value of an object type, by type name. */
const readable: Record<string, string> = { EnumValue: "label", Owner: "fullName", Pipeline: "label", PipelineStage: "label" };

/** A field with its selection; undefined for those that have no plain one. */
function written(name: string, record: GraphQLObjectType): string | undefined {
  const field = record.getFields()[name];
  if (!field || field.args.some((a) => a.type.toString().endsWith("!"))) return undefined;
  const type = getNamedType(field.type);
  if (isLeafType(type)) return name;
  const inside = readable[type.name];
  return inside ? `${name} { ${inside} }` : undefined;
}
