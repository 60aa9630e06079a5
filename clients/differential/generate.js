// Random queries, valid against the schema, about what the portal has.
import { getNamedType, isEnumType, isObjectType, isScalarType } from "graphql";
import { Conditions } from "./generate-conditions.js";

const commonFields = ["id", "objectType", "displayName", "url", "createdAt", "updatedAt", "archived", "archivedAt", "__typename"];

/**
 * Writes queries. One has text, variables, and connections: where its lists are
 * in the answer, as response names from the top, with the name of the variable
 * that says after which cursor each goes on.
 */
export class Generator {
  constructor(random, schema, portal) {
    this.random = random;
    this.schema = schema;
    this.portal = portal;
    this.conditions = new Conditions(random);
  }

  query() {
    Object.assign(this, { names: 0, left: 45, fragments: [], variables: {}, declared: new Map(), connections: [] });
    const fields = [];
    for (let n = 1 + this.random.below(3); n > 0; n--) fields.push(this.root());
    const declared = [...this.declared].map(([name, type]) => `$${name}: ${type}`);
    const head = declared.length > 0 ? `query Q(${declared.join(", ")}) ` : this.random.pick(["", "query ", "query Q "]);
    return { text: `${head}{ ${fields.join(" ")} }\n${this.fragments.join("\n")}`, variables: this.variables, connections: this.connections };
  }

  /** A name that no other field of the query has. */
  name(prefix) {
    this.names++;
    return `${prefix}${this.names}`;
  }

  /** A variable, or now and then the value itself, written as GraphQL. */
  given(type, value) {
    if (this.random.once(2)) return literal(value);
    return this.variable(type, value);
  }

  variable(type, value) {
    const name = this.name("v");
    this.declared.set(name, type);
    this.variables[name] = value;
    return `$${name}`;
  }

  /** A directive that may leave the field out, or none. */
  directive() {
    if (!this.random.once(8)) return "";
    const say = this.random.once(2);
    return ` @${this.random.pick(["skip", "include"])}(if: ${this.given("Boolean!", say)})`;
  }

  root() {
    const { random, portal } = this;
    const key = this.name("r");
    const type = random.pick(portal.types);
    const d = this.directive();
    switch (random.below(14)) {
      case 0:
      case 1:
      case 2:
      case 3:
        return `${key}: ${this.list(type, [key], d)}`;
      case 4:
      case 5:
        return `${key}: ${this.search(type, [key], d)}`;
      case 6:
      case 7:
        return `${key}: ${type.lookup}(by: ${this.key(type)})${d} { ${this.record(type, 3, [key])} }`;
      case 8:
        return `${key}: node(id: ${this.given("ID!", this.globalID(type))})${d} { ${this.anyRecord("Node", 2, [key])} }`;
      case 9: {
        const ids = Array.from({ length: random.below(5) }, () => this.globalID(random.pick(portal.types)));
        return `${key}: nodes(ids: ${this.given("[ID!]!", ids)})${d} { ${this.anyRecord("Node", 2, [key])} }`;
      }
      case 10:
        return `${key}: record(objectType: ${literal(this.typeName(type))}, by: ${this.genericKey(type)})${d} { ${this.anyRecord("Record", 2, [key], type)} }`;
      case 11: {
        const [where, orderBy] = [this.conditions.genericWhere(type, true), this.conditions.genericOrder(type, true)];
        const args = this.args(`objectType: ${literal(this.typeName(type))}`, where && `where: ${this.given("RecordWhere", where)}`, orderBy && `orderBy: ${this.given("RecordOrder", orderBy)}`, ...this.page([key]));
        return `${key}: records${args}${d} { ${this.connection(type, "Record", 2, [key], {})} }`;
      }
      case 12:
        return `${key}: ${this.lists([key], d)}`;
    }
    return `${key}: ${this.metadata(type, d)}`;
  }

  args(...all) {
    const given = all.filter((one) => one);
    return given.length > 0 ? `(${given.join(", ")})` : "";
  }

  /** first and after, each perhaps. */
  page(path, most = 130) {
    const args = [];
    if (!this.random.once(3)) {
      const first = this.random.once(40) ? this.random.pick([-1, 1001]) : this.random.pick([0, 1, 2, 3, 5, 10, 30, most]);
      args.push(`first: ${this.random.once(12) ? "null" : this.given("Int", first)}`);
    }
    const after = this.variable("String", null);
    this.connections.push({ path, variable: after.slice(1) });
    args.push(`after: ${after}`);
    return args;
  }

  list(type, path, d) {
    const archived = this.random.once(6) && `archived: ${this.given("Boolean", true)}`;
    const args = this.args(...this.page(path), archived);
    return `${type.list}${args}${d} { ${this.connection(type, type.graphql, 3, path, {})} }`;
  }

  search(type, path, d) {
    const { random, conditions } = this;
    const where = !random.once(4) && conditions.where(type, true);
    const orderBy = !random.once(3) && conditions.order(type, true);
    const query = random.once(8) && random.pick(["ada", "Acme", "villa", "smith ada", "contact1@example.com", "nobody"]);
    const args = this.args(
      where && `where: ${this.given(`${type.graphql}Where`, where)}`,
      orderBy && `orderBy: ${this.order(type, orderBy)}`,
      query && `query: ${literal(query)}`,
      ...this.page(path),
    );
    return `${type.list}${args}${d} { ${this.connection(type, type.graphql, 2, path, {})} }`;
  }

  /** An order names its property by an enum value, which is no text in a literal. */
  order(type, order) {
    if (this.random.once(2)) return this.variable(`${type.graphql}Order`, order);
    return `{property: ${order.property}${order.direction ? `, direction: ${order.direction}` : ""}}`;
  }

  /** The records of one type, as fields in random wrapping. */
  record(type, depth, path) {
    const fields = [];
    for (let n = 1 + this.random.below(4); n > 0; n--) fields.push(this.wrap(type.graphql, this.recordField(type, depth, path)));
    return fields.join(" ");
  }

  /** The records of an interface; only tells which of its types they have, if that is known. */
  anyRecord(name, depth, path, only) {
    const { random } = this;
    const fields = [name === "Node" ? "id" : this.plain(random.pick(commonFields))];
    if (name === "Record" && random.once(2)) fields.push(only ? this.shared(only, depth, path) : this.raw(random.pick(this.portal.types)));
    if (name === "Node" && random.once(3)) fields.push(`... on Record { ${this.plain(random.pick(commonFields))} }`);
    for (const type of only ? [only] : random.some(this.portal.types, 3)) {
      if (random.once(4)) continue;
      fields.push(`... on ${type.graphql}${this.directive()} { ${this.record(type, depth, path)} }`);
    }
    if (random.once(4)) fields.push("__typename");
    return fields.join(" ");
  }

  /** Says the same with fragments. */
  wrap(typeName, text) {
    switch (this.random.below(9)) {
      case 0:
        return `... on ${typeName}${this.directive()} { ${text} }`;
      case 1:
        return this.fragment(typeName, text);
      case 2:
        return `...${this.directive()} { ${text} }`;
      case 3:
        return `... on ${this.random.pick(["Record", "Node"])} { id ... on ${typeName} { ${text} } }`;
    }
    return text;
  }

  fragment(typeName, text) {
    const name = this.name("F");
    this.fragments.push(`fragment ${name} on ${typeName} { ${text} }`);
    return `...${name}${this.directive()}`;
  }

  /** A field without arguments, sometimes under another name. */
  plain(field, selection = "") {
    const alias = this.random.once(3) ? `${this.name("f")}: ` : "";
    return `${alias}${field}${this.directive()}${selection}`;
  }

  recordField(type, depth, path) {
    const { random } = this;
    this.left--;
    if (depth > 0 && this.left > 0 && random.once(2)) {
      if (random.once(6) && this.schema.getType(type.graphql).getFields().primaryCompany) {
        const key = this.name("p");
        return `${key}: primaryCompany${this.directive()} { ${this.record(this.portal.type("companies"), depth - 1, [...path, key])} }`;
      }
      if (random.once(8)) return this.shared(type, depth, path);
      const others = this.portal.others(type);
      if (others.length > 0) return this.association(type, random.pick(others), depth, path);
    }
    if (random.once(5)) return this.plain(random.pick(commonFields));
    if (random.once(6)) return this.raw(type);
    if (random.once(10)) return this.history(type);
    return this.property(type);
  }

  /** A field that the interface Record has too. */
  shared(type, depth, path) {
    const { random } = this;
    const others = this.portal.others(type);
    if (depth > 0 && this.left > 0 && others.length > 0 && random.once(2)) {
      const other = random.pick(others);
      const key = this.name("g");
      const [where, orderBy] = [this.conditions.genericWhere(other, false), this.conditions.genericOrder(other, false)];
      const at = [...path, key];
      const args = this.args(`to: ${literal(random.once(30) ? "nothing" : this.typeName(other))}`, where && `where: ${this.given("RecordWhere", where)}`, orderBy && `orderBy: ${this.given("RecordOrder", orderBy)}`, ...this.page(at, 20));
      return `${key}: associated${args} { ${this.connection(other, "Record", depth - 1, at, { association: true })} }`;
    }
    if (random.once(3)) return `${this.name("m")}: lists${this.directive()} { firstAddedAt lastAddedAt list { ${this.random.some(["id", "name", "size", "objectType", "processingType"], 3).join(" ")} } }`;
    return this.raw(type);
  }

  history(type) {
    const { random } = this;
    const fields = random.some(["x_text", "x_enum", "x_number", "hs_object_id"], 3);
    const properties = random.once(2) ? `[${fields.join(", ")}]` : this.variable(`[${type.graphql}Property!]!`, fields);
    const first = random.once(2) && `first: ${random.pick([0, 1, 2, 1000])}`;
    const versions = random.once(4) ? "" : ` versions${this.value(this.schema.getType("PropertyVersion"))}`;
    return `${this.name("h")}: history${this.args(`properties: ${properties}`, first)}${this.directive()} { name label${versions} }`;
  }

  raw(type) {
    const { random } = this;
    const names = random.some(["x_text", "x_number", "x other-text", "hs_object_id", "x_day"], 3);
    if (random.once(40)) names.push("nothing");
    const selection = `{ ${random.some(["name", "label", "raw", "__typename"], 3).join(" ")} }`;
    if (random.once(2)) return `${this.name("f")}: property(name: ${this.given("String!", random.pick(names))}) ${selection}`;
    return `${this.name("f")}: properties(names: ${this.given("[String!]!", names)}) ${selection}`;
  }

  /** A property, mostly one that has values. */
  property(type) {
    const { random } = this;
    const fields = this.schema.getType(type.graphql).getFields();
    const likely = Object.keys(fields).filter((f) => f.startsWith("x_") || (type.nameOf.get(f) ?? "").startsWith("x "));
    const own = ["email", "firstname", "name", "domain", "dealname", "amount", "pipeline", "dealstage", "hs_object_id"].filter((f) => type.nameOf.has(f));
    const field = random.once(6) ? random.pick([...type.nameOf.keys()]) : random.pick([...likely, ...own]);
    return this.plain(field, this.value(getNamedType(fields[field].type)));
  }

  /** A selection on a value of a core type, or none for a leaf. */
  value(type, depth = 2) {
    if (isScalarType(type) || isEnumType(type)) return "";
    if (!isObjectType(type)) throw new Error(`${type} is no type of a value`);
    const fields = Object.values(type.getFields()).filter((f) => f.args.length === 0);
    const chosen = this.random.some(fields, 4).filter((f) => depth > 0 || isScalarType(getNamedType(f.type)));
    const texts = chosen.map((f) => this.plain(f.name, this.value(getNamedType(f.type), depth - 1)));
    if (texts.length === 0 || this.random.once(6)) texts.push("__typename");
    return ` { ${texts.join(" ")} }`;
  }

  association(type, other, depth, path) {
    const { random } = this;
    const key = this.name("c");
    const at = [...path, key];
    const where = random.once(3) && this.conditions.where(other, false);
    const orderBy = random.once(3) && this.conditions.order(other, false);
    const labels = random.once(4) && random.pick([[], ["Primary"], ["Billing contact"], ["Manager", "Report"], ["Let to", "Tenant"], ["nobody"]]);
    const args = this.args(
      where && `where: ${this.given(`${other.graphql}Where`, where)}`,
      orderBy && `orderBy: ${this.order(other, orderBy)}`,
      labels && `labels: ${this.given("[String!]", labels)}`,
      ...this.page(at, 20),
    );
    const head = `${key}: ${other.list}${args}`;
    const text = `${head}${this.directive()} { ${this.connection(other, other.graphql, depth - 1, at, { association: true })} }`;
    if (!random.once(6)) return text;
    // The same field twice is one field.
    return `${text} ${head} { ${this.connection(other, other.graphql, depth - 1, at, { association: true })} }`;
  }

  /** What is asked of a list of records: of one type, or of the interface Record. */
  connection(type, name, depth, path, { association = false }) {
    const { random } = this;
    this.left--;
    const node = (at) => (name === "Record" ? this.anyRecord("Record", depth, at, type) : this.record(type, depth, at));
    const parts = [];
    if (random.once(2)) parts.push(random.pick(["page: pageInfo { endCursor startCursor }", "places: edges { cursor }"]));
    for (let n = 1 + random.below(2); n > 0; n--) {
      switch (random.below(6)) {
        case 0:
          parts.push(`${this.name("t")}: totalCount${this.directive()}`);
          break;
        case 1:
          parts.push(this.plain("pageInfo", ` { ${random.some(["hasNextPage", "hasPreviousPage", "startCursor", "endCursor", "__typename"], 4).join(" ")} }`));
          break;
        case 2:
        case 3: {
          const key = this.name("e");
          const links = association ? random.pick(["", "isPrimary ", "labels { label typeId category } ", "isPrimary labels { label } "]) : "";
          parts.push(`${key}: edges${this.directive()} { ${links}node { ${node([...path, key, "node"])} } }`);
          break;
        }
        default: {
          const key = this.name("n");
          parts.push(`${key}: nodes${this.directive()} { ${node([...path, key])} }`);
        }
      }
    }
    if (random.once(8)) parts.push("__typename");
    return parts.join(" ");
  }

  id(type) {
    const { random } = this;
    if (random.once(30)) return "abc";
    if (random.once(15)) return "999999";
    const merged = Object.keys(type.merged);
    const id = merged.length > 0 && random.once(8) ? random.pick(merged) : random.pick(type.records).id;
    return random.once(3) ? `${type.id}:${id}` : id;
  }

  globalID(type) {
    const { random } = this;
    if (random.once(25)) return random.pick(["nonsense", "0-999:101", "owner:41629779", "stage:0-3:default:closedwon"]);
    const merged = Object.keys(type.merged);
    return `${type.id}:${merged.length > 0 && random.once(8) ? random.pick(merged) : random.pick(type.records).id}`;
  }

  /** The argument by of a look-up. */
  key(type) {
    const { random } = this;
    if (type.plural === "contacts" && random.once(3)) {
      const { email } = random.pick(type.records).values;
      return `{email: ${literal(random.once(2) ? email.toUpperCase() : email)}}`;
    }
    const id = this.id(type);
    return random.once(2) ? `{id: ${literal(id)}}` : this.variable(`${type.graphql}Key!`, { id });
  }

  /** The argument by of a look-up that names its type. */
  genericKey(type) {
    const { random } = this;
    if (type.plural !== "contacts" || random.once(2)) return `{id: ${literal(this.id(type))}}`;
    const unique = { property: random.once(10) ? "firstname" : "email", value: random.pick(type.records).values.email };
    return random.once(2) ? `{unique: ${literal(unique)}}` : this.variable("RecordKey!", { unique });
  }

  typeName(type) {
    return this.random.pick([type.id, type.singular, type.plural, type.plural.toUpperCase()]);
  }

  lists(path, d) {
    const { random, portal } = this;
    const lists = [portal.type("contacts"), portal.type("deals"), portal.type("companies")];
    if (random.once(2)) {
      const n = 1 + random.below(3);
      const id = random.once(8) ? "99" : random.pick([`${n}`, `list:${n}`]);
      return `list(id: ${this.given("ID!", id)})${d} { ${this.segment(path, lists[n - 1])} }`;
    }
    const of = random.once(2) && `objectType: ${literal(random.pick(["contacts", "0-3", "deal", "tickets"]))}`;
    const query = random.once(4) && `query: ${literal(random.pick(["body", "BIG", "x"]))}`;
    const args = this.args(of, query, ...this.page(path, 50));
    const key = this.name("n");
    const items = random.once(2) ? `${key}: nodes { ${this.segment([...path, key])} }` : `${key}: edges { cursor node { ${this.segment([...path, key, "node"])} } }`;
    return `lists${args}${d} { totalCount page: pageInfo { hasNextPage endCursor startCursor } ${items} }`;
  }

  /** A list (segment), perhaps with its members, which are of that type if one is given. */
  segment(path, type) {
    const { random } = this;
    const fields = random.some(["id", "listId", "name", "objectType", "processingType", "processingStatus", "size", "createdAt", "updatedAt", "__typename"], 5).join(" ");
    return random.once(2) ? fields : `${fields} ${this.members(path, type)}`;
  }

  members(path, type) {
    const { random } = this;
    const key = this.name("l");
    const at = [...path, key];
    const head = `${key}: members${this.args(...this.page(at, 130))}`;
    const within = this.name("n");
    switch (random.below(4)) {
      case 0:
        return `${head} { totalCount pageInfo { hasNextPage } }`;
      case 1:
        return `${head} { page: pageInfo { endCursor startCursor } ${within}: nodes { ${this.anyRecord("Record", 1, [...at, within], type)} } }`;
      case 2:
        return `${head} { places: edges { cursor } totalCount ${within}: nodes { ${this.anyRecord("Record", 1, [...at, within], type)} } }`;
    }
    return `${head} { ${within}: edges { addedAt node { ${this.anyRecord("Record", 1, [...at, within, "node"], type)} } } }`;
  }

  metadata(type, d) {
    const { random } = this;
    const name = literal(random.once(10) ? "nothing" : this.typeName(type));
    const pick = (list, most) => random.some(list, most).join(" ");
    switch (random.below(6)) {
      case 0:
        return `owners${random.pick(["", "(includeArchived: true)", "(includeArchived: false)"])}${d}${this.value(this.schema.getType("Owner"))}`;
      case 1:
        return `pipelines(objectType: ${name})${d}${this.value(this.schema.getType("Pipeline"), 2)}`;
      case 2:
        return `associationLabels(from: ${name}, to: ${literal(this.typeName(random.pick(this.portal.types)))})${d} { category typeId label }`;
      case 3: {
        const own = ["typeId", "name", "pluralName", "graphqlType", "lookupField", "listField", "available", "unavailableReason", "searchable", "custom", "uniqueProperties", "pipelines { id label stages { id } }"];
        const of = "properties { name field label group type fieldType hidden calculated referencedObjectType dataSensitivity }";
        return `objectType(name: ${name})${d} { ${pick(own, 5)} ${random.once(4) ? of : ""} }`;
      }
      case 4:
        return `__type(name: ${literal(type.graphql)})${d} { kind name fields { name type { kind name ofType { kind name } } } interfaces { name } }`;
    }
    return `portal${d} { ${pick(["id", "timeZone", "currency", "additionalCurrencies", "__typename"], 4)} }`;
  }
}

/** A value as GraphQL writes it. */
export function literal(value) {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  return `{${Object.entries(value)
    .map(([key, of]) => `${key}: ${key === "direction" ? of : literal(of)}`)
    .join(", ")}}`;
}
