// What conditions and orders mean, by docs/queries.md and the descriptions in
// the schema.
import { badInput } from "./failure.js";
import { having, instant, number, stageProperties } from "./values.js";

/**
 * Makes a predicate of a where argument of a type's records; generic ones name
 * properties at run time. Throws what is wrong with it.
 */
export function condition(type, where, generic) {
  if (where === undefined || where === null) return () => true;
  const all = [];
  for (const [key, given] of Object.entries(where)) {
    if (given === null || given === undefined) continue;
    if (key === "AND") all.push(every(given.map((one) => condition(type, one, generic))));
    else if (key === "OR") all.push(any(given.map((one) => condition(type, one, generic))));
    else if (key === "associatedWith") all.push(associated(type, given));
    else if (generic) {
      const { name, ...filter } = given;
      if (!type.property.has(name)) throw badInput(`${name} is no property`);
      all.push(comparisons(type, name, filter));
    } else all.push(comparisons(type, type.nameOf.get(key), given));
  }
  if (all.length === 0) throw badInput("where is empty");
  return every(all);
}

const every = (all) => (record) => all.every((one) => one(record));
const any = (all) => (record) => all.some((one) => one(record));

function associated(type, wanted) {
  const all = [];
  for (const [name, ids] of Object.entries(wanted)) {
    if (ids === null || ids === undefined) continue;
    const other = type.portal.types.find((t) => t.singular === name);
    const plain = ids.map((id) => id.slice(id.indexOf(":") + 1));
    all.push((record) => type.links(record, other).some((link) => plain.includes(link.to)));
  }
  return every(all);
}

/** How the values of a property compare. */
export function kindOf(type, name) {
  const property = type.property.get(name);
  const many = property.type === "enumeration" && property.fieldType === "checkbox";
  if (name === "hs_object_id") return { name: "number" };
  if (stageProperties(type)[1] === name && type.pipelines.length > 0) return { name: "id", stage: true };
  if (stageProperties(type)[0] === name && type.pipelines.length > 0) return { name: "id" };
  if (property.referencedObjectType && !many) return { name: "id" };
  switch (property.type) {
    case "number":
      return { name: "number" };
    case "date":
    case "datetime":
      return { name: "time" };
    case "enumeration":
    case "bool":
      return { name: "choice", many };
  }
  return { name: "text" };
}

/** A text as what it compares by; undefined if it is none of its kind. */
function read(kind, text) {
  switch (kind.name) {
    case "number":
      return number(text);
    case "time":
      return instant(text);
    case "text":
      return text.toLowerCase();
  }
  return text;
}

function comparisons(type, name, filter) {
  const kind = kindOf(type, name);
  const all = [];
  for (const [operator, operand] of Object.entries(filter)) {
    if (operand === null || operand === undefined) continue;
    all.push(comparison(type, name, kind, operator, operand));
  }
  if (all.length === 0) throw badInput(`${name} compares with nothing`);
  return every(all);
}

function comparison(type, name, kind, operator, operand) {
  const valueOf = (record) => record.values[name] ?? "";
  const exists = (record) => valueOf(record) !== "";
  const parse = (one) => {
    const text = String(one);
    if (text === "" && operator !== "exists") throw badInput(`${name}.${operator} is ""`);
    return read(kind, name === "hs_object_id" ? text.slice(text.indexOf(":") + 1) : text);
  };
  const equals = (one) => {
    if (kind.name === "id") return reference(type, name, kind, String(one));
    const wanted = parse(one);
    return (record) => {
      const text = valueOf(record);
      const values = kind.many ? text.split(";") : [text];
      return values.some((value) => read(kind, value) === wanted);
    };
  };
  const size = (test) => (record) => {
    const value = exists(record) ? read(kind, valueOf(record)) : undefined;
    return value !== undefined && test(value);
  };
  switch (operator) {
    case "exists":
      return (record) => exists(record) === (operand === true || operand === "true");
    case "eq":
      return every([exists, equals(operand)]);
    case "neq": {
      const same = equals(operand);
      return (record) => exists(record) && !same(record);
    }
    case "in":
      return every([exists, any(operand.map(equals))]);
    case "notIn": {
      const one = any(operand.map(equals));
      return (record) => exists(record) && !one(record);
    }
    case "containsToken":
      return every([exists, (record) => holds(valueOf(record), operand)]);
    case "notContainsToken":
      return (record) => exists(record) && !holds(valueOf(record), operand);
    case "between": {
      const [from, to] = [parse(operand.from), parse(operand.to)];
      return size((value) => value >= from && value <= to);
    }
  }
  const bound = parse(operand);
  const tests = { lt: (v) => v < bound, lte: (v) => v <= bound, gt: (v) => v > bound, gte: (v) => v >= bound };
  return size(tests[operator]);
}

/** Whether a property refers to what an ID names, HubSpot's own or a global one. */
function reference(type, name, kind, id) {
  const parts = id.split(":");
  const own = parts.at(-1);
  const same = (record) => record.values[name] === own;
  if (kind.stage && parts[0] === "stage" && !(having(type, own).length === 1 && having(type, own)[0].id === parts[2])) {
    return (record) => same(record) && (record.values[stageProperties(type)[0]] ?? "") === parts[2];
  }
  return same;
}

/** Whether a text holds the words; * stands for any characters of a piece without spaces. */
function holds(text, words) {
  const pieces = text.toLowerCase().split(/\s+/u).filter(Boolean);
  const patterns = words.toLowerCase().split(/\s+/u).filter(Boolean);
  return patterns.every((pattern) => pieces.some((piece) => inPiece(piece, pattern)));
}

/** A pattern matches from one edge of a word to another. */
function inPiece(piece, pattern) {
  const whole = new RegExp(`^${pattern.split("*").map((part) => part.replace(/[^\p{L}\p{N}]/gu, "\\$&")).join(".*")}$`, "s");
  const edges = [0, piece.length, ...[...piece.matchAll(/[\p{L}\p{N}]+/gu)].flatMap((m) => [m.index, m.index + m[0].length])];
  return edges.some((from) => edges.some((to) => from < to && whole.test(piece.slice(from, to))));
}

/** Orders texts as Go and HubSpot do: by code points. */
function compareText(a, b) {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

const compareNumber = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Puts records in the order of a property: HubSpot's, where its search does it,
 * else the gateway's, which says more of what it does with values that are alike
 * or none. Records without a value come last, and IDs decide between equals.
 */
export function ordered(type, list, recordOf, name, descending, byHubSpot) {
  const kind = kindOf(type, name);
  const compare = (a, b) => {
    if (kind.name === "id") {
      if (byHubSpot) return compareText(a.toLowerCase(), b.toLowerCase());
      const [x, y] = [number(a), number(b)];
      if (x !== undefined && y !== undefined) return compareNumber(x, y);
      return compareText(a, b);
    }
    if (kind.name === "number" || kind.name === "time") {
      const [x, y] = [read(kind, a), read(kind, b)];
      return x !== undefined && y !== undefined ? compareNumber(x, y) : compareText(a, b);
    }
    if (kind.name === "text") return compareText(a.toLowerCase(), b.toLowerCase()) || (byHubSpot ? 0 : compareText(a, b));
    return compareText(a, b);
  };
  /** 0 for values of their kind, 1 for others, 2 for none at all. */
  const rank = (text) => {
    if (text === "") return 2;
    if (kind.name === "number" || kind.name === "time") return read(kind, text) === undefined ? 1 : 0;
    if (kind.name === "id" && !byHubSpot) return number(text) === undefined ? 1 : 0;
    return 0;
  };
  return [...list].sort((one, other) => {
    const [a, b] = [recordOf(one), recordOf(other)];
    const [x, y] = [a.values[name] ?? "", b.values[name] ?? ""];
    const order = rank(x) - rank(y) || (x === "" ? 0 : descending ? compare(y, x) : compare(x, y));
    return order || Number(a.id) - Number(b.id);
  });
}
