// Plain resolvers: one field at a time, as graphql-js calls them, straight from
// what the portal holds.
import { condition, ordered } from "./conditions.js";
import { badInput } from "./failure.js";
import { owner, pipeline, value } from "./values.js";

/** Resolves a field of any type, for graphql-js' option fieldResolver. */
export function fieldResolver(source, args, context, info) {
  if (source?.record) return recordField(source, args, context, info);
  if (info.parentType.name === "Query") {
    const resolve = rootFields[info.fieldName];
    return resolve ? resolve(args, context.portal) : recordsAtRoot(args, context.portal, info.fieldName);
  }
  const resolved = source[info.fieldName];
  return typeof resolved === "function" ? resolved(args) : resolved;
}

/** Tells the type of an abstract one. */
export const typeResolver = ({ type }) => type.graphql;

const found = (type, record) => (record ? { type, record } : null);

/** A record's own fields, its properties and its associations. */
function recordField(source, args, { portal }, info) {
  const { type, record } = source;
  const field = info.fieldName;
  if (field in recordFields) return recordFields[field](source, args, portal);
  if (type.nameOf.has(field)) return value(type, record, type.nameOf.get(field), String(info.returnType));
  const other = portal.types.find((t) => t.list === field);
  if (!other) throw new Error(`${info.parentType}.${field} is not known`);
  return connection(() => associated(type, record, other, args, false));
}

const recordFields = {
  id: ({ type, record }) => `${type.id}:${record.id}`,
  objectType: ({ type }) => type.id,
  displayName: ({ type, record }) => type.displayName(record),
  url: ({ type, record }, _, portal) => `https://app.hubspot.com/contacts/${portal.id}/record/${type.id}/${record.id}`,
  createdAt: ({ record }) => record.createdAt,
  updatedAt: ({ record }) => record.updatedAt,
  archived: ({ record }) => record.archivedAt !== undefined,
  archivedAt: ({ record }) => record.archivedAt ?? null,
  property: (source, { name }) => propertyValue(source, name),
  properties: (source, { names }) =>
    names.map((name) => propertyValue(source, name) ?? badInput(`${name} is no property`)),
  associated: ({ type, record }, args, portal) =>
    connection(() => {
      const other = portal.type(args.to);
      if (!other || !portal.others(type).includes(other)) throw badInput(`to ${args.to}`);
      return associated(type, record, other, args, true);
    }),
  lists: ({ type, record }, _, portal) =>
    portal.lists
      .filter((list) => list.typeId === type.id)
      .flatMap((list) =>
        list.members
          .filter(({ id }) => id === record.id)
          .map(({ first, last }) => ({ list: listOf(portal, list), firstAddedAt: first, lastAddedAt: last })),
      ),
  history: ({ type, record }, { properties, first }, portal) => {
    const most = first ?? 20;
    if (most < 0 || most > 1000) throw badInput(`first is ${most}`);
    return properties.map((field) => {
      const name = type.nameOf.get(field);
      return {
        name,
        label: type.property.get(name).label || null,
        versions: (record.history[name] ?? []).slice(0, most).map((version) => versionOf(portal, version)),
      };
    });
  },
  primaryCompany: ({ type, record }, _, portal) => {
    const companies = portal.type("companies");
    const primary = type.links(record, companies).find(({ types }) => types.some(({ label }) => label === "Primary"));
    return found(companies, primary?.record);
  },
};

function versionOf(portal, version) {
  const user = version.updatedByUserId;
  const owners = portal.owners.filter((o) => user && o.userIdIncludingInactive === user);
  const known = owners.find((o) => !o.archived) ?? owners[0];
  return {
    value: version.value || null,
    timestamp: version.timestamp,
    sourceType: version.sourceType || null,
    sourceId: version.sourceId || null,
    sourceLabel: version.sourceLabel || null,
    updatedByUserId: user ? String(user) : null,
    updatedBy: known ? owner(portal, known.id) : null,
  };
}

function propertyValue({ type, record }, name) {
  const property = type.property.get(name);
  return property ? { name, label: property.label || null, raw: record.values[name] || null } : null;
}

/**
 * A page of a list: make returns all its edges, and throws what is wrong with
 * the arguments, which each field of the page then fails with.
 */
function connection(make) {
  let made;
  const page = () => (made ??= make());
  const get = (pick) => () => pick(page());
  return {
    edges: get(({ edges }) => edges),
    nodes: get(({ edges }) => edges.map(({ node }) => node)),
    totalCount: get(({ total }) => (typeof total === "function" ? total() : total)),
    pageInfo: get(({ edges, more }) => ({
      hasNextPage: more,
      hasPreviousPage: false,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    })),
  };
}

/** Cuts a page out of all edges; cursors name their node. */
function cut(all, { first, after }) {
  const most = first ?? 25;
  if (most < 0 || most > 1000) throw badInput(`first is ${most}`);
  let start = 0;
  if (after !== null && after !== undefined) {
    start = all.findIndex(({ cursor }) => cursor === after) + 1;
    if (start === 0) throw badInput(`after is ${after}`);
  }
  const edges = all.slice(start, start + most);
  return { edges, more: start + edges.length < all.length, total: all.length };
}

const edge = (type, record, rest) => ({ ...rest, cursor: `cursor ${record.id}`, node: { type, record } });

function associated(type, record, other, { where, orderBy, labels, ...paging }, generic) {
  let links = type.links(record, other);
  if (labels) links = links.filter(({ types }) => types.some(({ label }) => label && labels.includes(label)));
  const matches = condition(other, where, generic);
  links = links.filter((link) => matches(link.record));
  if (orderBy) {
    links = ordered(other, links, (link) => link.record, orderProperty(other, orderBy, generic), orderBy.direction === "DESC", false);
  }
  return cut(
    links.map((link) =>
      edge(other, link.record, {
        labels: link.types.filter(({ label }) => label), // in HubSpot's order; of the plain link there is nothing to say
        isPrimary: link.types.some(({ label }) => label === "Primary"),
      }),
    ),
    paging,
  );
}

function orderProperty(type, { property }, generic) {
  const name = generic ? property : type.nameOf.get(property);
  if (!type.property.has(name)) throw badInput(`${property} is no property`);
  return name;
}

/** HubSpot's kinds of link, in its order. */
function kindsOfLink(types) {
  return types.map(({ category, typeId, label }) => ({ category, typeId, label: label || null }));
}

/** A list of records at the root: HubSpot's list, or its search. */
function listed(type, { where, query, orderBy, archived, ...paging }, generic) {
  const searches = where || orderBy || query;
  if (archived && searches) throw badInput("archived does not go with a search");
  let records = archived ? type.archived : type.live;
  const matches = condition(type, where, generic);
  records = records.filter(matches);
  if (query) records = records.filter((record) => hasWords(type, record, query));
  if (orderBy) {
    records = ordered(type, records, (record) => record, orderProperty(type, orderBy, generic), orderBy.direction === "DESC", true);
  }
  const page = cut(records.map((record) => edge(type, record)), paging);
  if (archived) {
    page.total = () => {
      throw badInput("nobody counts archived records");
    };
  }
  return page;
}

/** Whether each word is in one of the properties that a search looks in. */
function hasWords(type, { values }, query) {
  const words = (text) => (text ?? "").toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const texts = type.query.map((name) => words(values[name]));
  return query.split(/\s+/u).every((word) => texts.some((have) => words(word).every((part) => have.includes(part))));
}

/** The records that root fields find. */
function recordsAtRoot(args, portal, fieldName) {
  const type = portal.types.find((t) => t.lookup === fieldName || t.list === fieldName);
  if (!type) throw new Error(`Query.${fieldName} is not known`);
  if (type.list === fieldName) return connection(() => listed(type, args, false));
  const [[name, id]] = Object.entries(args.by);
  return lookUp(type, name === "id" ? { id } : { unique: { property: type.nameOf.get(name), value: id } });
}

function lookUp(type, { id, unique }) {
  if (unique) {
    if (!isUnique(type, unique.property)) throw badInput(`${unique.property} is not unique`);
    return found(type, type.findUnique(unique.property, unique.value));
  }
  return found(type, type.find(recordID(type, id)));
}

/** Whether no two records have the same value: of contacts' addresses HubSpot does not say so. */
function isUnique(type, name) {
  return type.property.get(name)?.hasUniqueValue || (name === "email" && type.plural === "contacts");
}

function recordID(type, id) {
  const own = id.startsWith(`${type.id}:`) ? id.slice(type.id.length + 1) : id;
  if (!/^\d+$/.test(own)) throw badInput(`${id} is no record ID`);
  return own;
}

/** IDs of what has one and is no record: owners, lists, pipelines and stages. */
const namesNoRecord = /^(?:(?:owner|list):.+|pipeline:[^:]+:.+|stage:[^:]+:[^:]*:.+)$/s;

function node(portal, id) {
  if (namesNoRecord.test(id)) return null;
  const [, typeID, recordID] = /^([^:]+):(\d+)$/.exec(id) ?? [];
  if (!typeID) throw badInput(`${id} is not a global ID`);
  const type = portal.types.find((t) => t.id === typeID);
  return type ? found(type, type.find(recordID)) : null;
}

function named(portal, name) {
  const type = portal.type(name);
  if (!type) throw badInput(`${name} is no object type`);
  return type;
}

/** A list (segment). */
function listOf(portal, list) {
  const type = portal.types.find((t) => t.id === list.typeId);
  return {
    id: `list:${list.id}`,
    listId: list.id,
    name: list.name,
    objectType: list.typeId,
    processingType: list.processingType,
    processingStatus: list.status,
    size: list.size,
    createdAt: list.createdAt,
    updatedAt: list.updatedAt,
    members: (args) =>
      connection(() => cut(list.members.map(({ id, last }) => edge(type, type.byID.get(id), { addedAt: last })), args)),
  };
}

const described = (type) => ({
  typeId: type.id,
  name: type.singular,
  pluralName: type.plural,
  graphqlType: type.graphql,
  lookupField: type.lookup,
  listField: type.list,
  available: true,
  unavailableReason: null,
  custom: type.id.startsWith("2-"),
  searchable: true,
  uniqueProperties: type.properties.map((p) => p.name).filter((name) => isUnique(type, name)).sort(),
  pipelines: type.pipelines.map((p) => pipeline(type, p.id)),
  properties: type.described.properties.map(({ name, field }) => {
    const p = type.property.get(name);
    return {
      name,
      field,
      label: p.label || null,
      group: p.groupName,
      type: p.type,
      fieldType: p.fieldType,
      hidden: p.hidden,
      calculated: p.calculated,
      referencedObjectType: p.referencedObjectType ?? null,
      dataSensitivity: p.dataSensitivity,
    };
  }),
});

const rootFields = {
  node: ({ id }, portal) => node(portal, id),
  nodes: ({ ids }, portal) =>
    ids.map((id) => {
      try {
        return node(portal, id);
      } catch (error) {
        return error; // of this element alone
      }
    }),
  record: ({ objectType, by }, portal) => lookUp(named(portal, objectType), by),
  records: ({ objectType, ...args }, portal) => connection(() => listed(named(portal, objectType), args, true)),
  list: ({ id }, portal) => {
    const own = id.replace(/^list:/, "");
    const list = portal.lists.find((l) => l.id === own);
    return list ? listOf(portal, list) : null;
  },
  lists: ({ objectType, query, ...args }, portal) =>
    connection(() => {
      const typeId = objectType ? named(portal, objectType).id : undefined;
      const all = portal.lists.filter(
        (list) =>
          (!typeId || list.typeId === typeId) && (!query || list.name.toLowerCase().includes(query.toLowerCase())),
      );
      return cut(all.map((list) => ({ cursor: `cursor ${list.id}`, node: listOf(portal, list) })), args);
    }),
  owners: ({ includeArchived }, portal) =>
    portal.owners.filter((o) => includeArchived || !o.archived).map((o) => owner(portal, o.id)),
  pipelines: ({ objectType }, portal) => {
    const type = portal.type(objectType);
    return type ? type.pipelines.map((p) => pipeline(type, p.id)) : null;
  },
  associationLabels: ({ from, to }, portal) => {
    const [a, b] = [portal.type(from), portal.type(to)];
    return a && b ? kindsOfLink(portal.labels.get(`${a.id} ${b.id}`) ?? []) : null;
  },
  objectType: ({ name }, portal) => {
    const type = portal.type(name);
    return type ? described(type) : null;
  },
  portal: (_args, portal) => ({ id: portal.id, timeZone: "Europe/Berlin", currency: "EUR", additionalCurrencies: ["USD", "GBP"] }),
};
