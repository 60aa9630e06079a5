// What the portal holds, as its dump tells, and how its types are called in the
// schema, as the schema's own metadata tells. Nothing here asks for records.
import { readFile } from "node:fs/promises";

/** An object type of the portal that the schema has. */
export class Type {
  constructor(portal, dumped, described) {
    Object.assign(this, dumped);
    this.portal = portal;
    this.described = described;
    this.graphql = described.graphqlType;
    this.list = described.listField;
    this.lookup = described.lookupField;
    this.byID = new Map(dumped.records.map((record) => [record.id, record]));
    this.live = dumped.records.filter((record) => !record.archivedAt);
    this.archived = dumped.records.filter((record) => record.archivedAt);
    this.property = new Map(dumped.properties.map((property) => [property.name, property]));
    this.nameOf = new Map(described.properties.map(({ name, field }) => [field, name]));
    this.fieldOf = new Map(described.properties.map(({ name, field }) => [name, field]));
  }

  /** The live record of an ID, that of the winner if it was merged; or undefined. */
  find(id) {
    const record = this.byID.get(this.merged[id] ?? id);
    return record && !record.archivedAt ? record : undefined;
  }

  /** The live record that has the unique value. */
  findUnique(name, value) {
    const wanted = value.toLowerCase();
    return this.live.find(
      ({ values }) =>
        values[name]?.toLowerCase() === wanted ||
        (name === "email" && (values.hs_additional_emails ?? "").toLowerCase().split(";").includes(wanted)),
    );
  }

  /** What the record is called: a contact by its names or address, others by what HubSpot shows. */
  displayName({ values }) {
    const first = (...names) => names.map((name) => values[name]).find((value) => value) ?? null;
    switch (this.plural) {
      case "contacts":
        return [values.firstname, values.lastname].filter((part) => part).join(" ") || first("email");
      case "companies":
        return first("name", "domain");
      case "deals":
        return first("dealname");
      case "tickets":
        return first("subject");
      case "line_items":
        return first("name");
      case "notes":
        return first("hs_note_body");
    }
    return first(this.display);
  }

  /** The links of a record with records of another type, by ID. */
  links(record, other) {
    return (record.links[other.id] ?? [])
      .map((link) => ({ ...link, record: other.byID.get(link.to) }))
      .sort((a, b) => Number(a.to) - Number(b.to));
  }
}

export class Portal {
  /** Reads the dump; describe are the objectTypes of the schema. */
  static async load(file, described) {
    const portal = new Portal();
    const dump = JSON.parse(await readFile(file, "utf8"));
    portal.id = String(dump.portalId);
    portal.owners = dump.owners;
    portal.lists = dump.lists;
    portal.labels = new Map(dump.associationLabels.map(({ from, to, types }) => [`${from} ${to}`, types]));
    portal.types = described.map((d) => new Type(portal, dump.types.find(({ id }) => id === d.typeId), d));
    return portal;
  }

  /** The object type of that name, as the schema takes names, or undefined. */
  type(name) {
    const wanted = name.toLowerCase();
    return this.types.find((t) => [t.id, t.singular, t.plural].some((n) => n.toLowerCase() === wanted));
  }

  byGraphql(name) {
    return this.types.find((t) => t.graphql === name);
  }

  /** The types whose records a type's records can be associated with. */
  others(type) {
    return this.types.filter((other) => this.labels.has(`${type.id} ${other.id}`));
  }
}
