// Random where and orderBy arguments, as JSON.
import { kindOf } from "./conditions.js";
import { stageProperties } from "./values.js";

/** The properties that conditions and orders are about, where a type has them. */
const names = ["x_text", "x_number", "x_day", "x_time", "x_enum", "x_many", "x_bool", "x_owner", "x other-text", "hs_object_id", "amount", "pipeline", "dealstage", "firstname", "email", "name"];

/**
 * HubSpot's search puts numbers and dates that are none anywhere, so that its
 * order by these is not asked for.
 */
const unordered = ["x_number", "x_day", "x_owner"];

const samples = {
  text: ["ada", "Ada", "ADA lovelace", "bob@X.org", "öz ünal", "a;b", "plain", "nobody", "Contact7@example.com", "Acme"],
  tokens: ["ada", "x.org", "*@x.org", "ünal", "lov", "lov*", "x-y_z", "smith", "contact1*", "日本"],
  number: [0, 1, -3, 2.5, 100, 99.5, 1234567.891],
  day: ["2026-01-05", "2026-01-06", "2025-12-31", "2026-02-01"],
  time: ["2026-01-05T10:00:00.000Z", "2026-01-05T11:00:00+01:00", "2026-01-05", "2026-02-01T00:00:00Z"],
  choice: ["a", "b", "c d", "removed", "A"],
};

export class Conditions {
  constructor(random) {
    this.random = random;
  }

  /** A condition on records of a type. HubSpot's search takes fewer comparisons, and associatedWith. */
  where(type, byHubSpot) {
    this.searches = byHubSpot;
    return this.tree(type, byHubSpot, false, byHubSpot ? 1 : 2);
  }

  /** The same as a RecordWhere. */
  genericWhere(type, byHubSpot) {
    this.searches = byHubSpot;
    return this.random.once(2) ? undefined : this.tree(type, byHubSpot, true, 1);
  }

  tree(type, byHubSpot, generic, depth) {
    const { random } = this;
    if (random.once(60)) return {};
    const where = {};
    for (let n = generic ? 1 : 1 + random.below(2); n > 0; n--) {
      const [name, filter] = this.comparison(type, generic);
      if (generic) where.property = { name, ...filter };
      else where[type.fieldOf.get(name)] = filter;
    }
    if (random.once(8)) where.AND = null; // as good as not there
    if (depth > 0 && random.once(3)) where.OR = [this.tree(type, false, generic, depth - 1), this.tree(type, false, generic, depth - 1)];
    if (depth > 0 && !where.OR && random.once(4)) where.AND = [this.tree(type, false, generic, depth - 1)];
    if (byHubSpot && random.once(6)) {
      const other = random.pick(type.portal.others(type).filter(({ singular }) => ["contact", "company", "deal", "ticket"].includes(singular)).concat(undefined));
      if (other) where.associatedWith = { [other.singular]: random.some(other.live, 2).map(({ id }) => (random.once(2) ? id : `${other.id}:${id}`)) };
    }
    return where;
  }

  comparison(type, generic) {
    const { random } = this;
    const name = random.pick(names.filter((n) => type.property.has(n)));
    const { operators, values } = this.possible(type, name);
    const operator = random.pick(operators);
    // Not to be a stage that two pipelines have takes more than HubSpot's search has room for.
    const takes = this.searches && ["neq", "notIn"].includes(operator) ? values.filter((v) => !String(v).startsWith("stage:")) : values;
    const one = () => {
      const value = random.pick(takes);
      return generic ? String(value) : value;
    };
    switch (operator) {
      case "exists":
        return [name, { exists: random.once(2) }];
      case "in":
      case "notIn":
        return [name, { [operator]: Array.from({ length: random.below(4) }, one) }];
      case "between":
        return [name, { between: { from: one(), to: one() } }];
      case "containsToken":
      case "notContainsToken":
        return [name, { [operator]: random.pick(samples.tokens) }];
    }
    const filter = { [operator]: operator === "eq" && values === samples.text && random.once(40) ? "" : one() };
    if (operator === "gt" && random.once(2)) filter.lte = one();
    return [name, filter];
  }

  /** The operators that go with a property, and values to compare it with. */
  possible(type, name) {
    const equal = ["eq", "neq", "in", "notIn", "exists"];
    const sizes = ["lt", "lte", "gt", "gte"];
    const property = type.property.get(name);
    if (name === "hs_object_id") {
      const ids = type.records.slice(0, 20).map(({ id }) => id);
      return { operators: [...equal, ...sizes], values: [...ids, ...ids.map((id) => `${type.id}:${id}`)] };
    }
    if (kindOf(type, name).name === "id") return { operators: equal, values: this.references(type, name) };
    switch (property.type) {
      case "number":
        return { operators: [...equal, ...sizes, "between"], values: samples.number };
      case "date":
        return { operators: ["eq", "neq", "exists", ...sizes, "between"], values: samples.day };
      case "datetime":
        return { operators: ["eq", "neq", "exists", ...sizes, "between"], values: samples.time };
      case "bool":
        return { operators: ["eq", "neq", "exists"], values: [true, false] };
      case "enumeration":
        return { operators: equal, values: samples.choice };
    }
    return { operators: [...equal, "containsToken", "notContainsToken"], values: samples.text };
  }

  references(type, name) {
    const [ofPipeline, ofStage] = stageProperties(type);
    if (name === ofPipeline) return ["default", "renewals", "gone", `pipeline:${type.id}:renewals`];
    if (name === ofStage) return ["closedwon", "due", "gone", `stage:${type.id}:default:closedwon`, `stage:${type.id}:renewals:due`];
    const ids = type.portal.owners.map(({ id }) => id);
    return [...ids, "999", `owner:${ids[0]}`];
  }

  order(type, byHubSpot) {
    const order = { property: type.fieldOf.get(this.orderName(type, byHubSpot)) };
    return this.directed(order);
  }

  genericOrder(type, byHubSpot) {
    return this.random.once(2) ? undefined : this.directed({ property: this.orderName(type, byHubSpot) });
  }

  directed(order) {
    const direction = this.random.pick([undefined, "ASC", "DESC"]);
    return direction ? { ...order, direction } : order;
  }

  orderName(type, byHubSpot) {
    return this.random.pick(names.filter((n) => type.property.has(n) && !(byHubSpot && unordered.includes(n))));
  }
}
