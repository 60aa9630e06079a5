// How HubSpot's texts become values, by the type of the field.
import { failure } from "./failure.js";

/** Milliseconds since 1970 of one of HubSpot's ways to write a time, or undefined. */
export function instant(text) {
  if (/^-?\d+$/.test(text)) return Number(text);
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?$/.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}

/** The number that a text is, or undefined. */
export function number(text) {
  const value = text.trim() === "" ? NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}

function bad(text, want) {
  return failure("UPSTREAM_BAD_VALUE", `${JSON.stringify(text)} is not ${want}`);
}

/** A property of a record in the shape of a field of that type; undefined and "" are null. */
export function value(type, record, name, graphqlType) {
  const text = record.values[name];
  if (!text) return null;
  switch (graphqlType) {
    case "Float": {
      const n = number(text);
      if (n === undefined) throw bad(text, "a number");
      return n;
    }
    case "Boolean":
      if (text !== "true" && text !== "false") throw bad(text, "true or false");
      return text === "true";
    case "Date": {
      if (/^\d{4}-\d\d-\d\d$/.test(text) && instant(text) !== undefined) return text;
      const at = instant(text);
      if (at === undefined) throw bad(text, "a date");
      return new Date(at).toISOString().slice(0, 10);
    }
    case "DateTime": {
      const at = instant(text);
      if (at === undefined) throw bad(text, "a time");
      return text.endsWith("Z") ? text : new Date(at).toISOString(); // UTC stays as it is written
    }
    case "EnumValue":
      return choice(type.property.get(name), text);
    case "[EnumValue!]":
      return text
        .split(";")
        .filter((one) => one)
        .map((one) => choice(type.property.get(name), one));
    case "Owner":
      return owner(type.portal, text);
    case "Pipeline":
      return pipeline(type, text);
    case "PipelineStage":
      return stage(type, pipelineOf(type, record), text);
    case "String":
    case "ID":
    case "ID!":
      return text;
  }
  throw new Error(`no value of type ${graphqlType} is known`);
}

function choice(property, text) {
  return { value: text, label: property.options.find((option) => option.value === text)?.label ?? null };
}

const orNull = (text) => (text ? text : null);

/** An owner; of one who is gone, the IDs alone. */
export function owner(portal, id) {
  const known = portal.owners.find((o) => o.id === id);
  const ids = { id: `owner:${id}`, ownerId: id };
  if (!known) return ids;
  const user = known.userIdIncludingInactive;
  return {
    ...ids,
    email: orNull(known.email),
    firstName: orNull(known.firstName),
    lastName: orNull(known.lastName),
    fullName: orNull([known.firstName, known.lastName].filter((part) => part).join(" ") || known.email),
    type: known.type,
    userId: user === null ? null : String(user),
    archived: known.archived,
    teams: (known.teams ?? []).map((team) => ({ teamId: team.id, name: orNull(team.name), primary: team.primary })),
  };
}

export function pipeline(type, id) {
  const known = type.pipelines.find((p) => p.id === id);
  const ids = { id: `pipeline:${type.id}:${id}`, pipelineId: id };
  if (!known) return ids;
  return {
    ...ids,
    label: orNull(known.label),
    displayOrder: known.displayOrder,
    archived: known.archived,
    stages: () => known.stages.map((s) => stage(type, id, s.id)),
  };
}

/** The name of the property that holds the pipeline, and that which holds the stage. */
export function stageProperties(type) {
  return type.plural === "deals" ? ["pipeline", "dealstage"] : ["hs_pipeline", "hs_pipeline_stage"];
}

function pipelineOf(type, record) {
  return record.values[stageProperties(type)[0]] || undefined;
}

/** The pipelines that have a stage of that ID. */
export function having(type, stageID) {
  return type.pipelines.filter((p) => p.stages.some((s) => s.id === stageID));
}

/** A stage within its pipeline; without one, that of the only pipeline that has it. */
function stage(type, pipelineID, id) {
  const all = having(type, id);
  const within = pipelineID === undefined ? (all.length === 1 ? all[0].id : undefined) : pipelineID;
  const known = all.find((p) => p.id === within)?.stages.find((s) => s.id === id);
  const ids = { id: `stage:${type.id}:${within ?? ""}:${id}`, stageId: id };
  if (!known) return ids;
  const { isClosed, probability, ticketState } = known.metadata;
  const closed = isClosed === undefined ? ticketState && ticketState === "CLOSED" : isClosed === "true";
  return {
    ...ids,
    label: orNull(known.label),
    displayOrder: known.displayOrder,
    archived: known.archived,
    isClosed: closed ?? null,
    probability: probability === undefined ? null : Number(probability),
    ticketState: ticketState ?? null,
    pipeline: () => pipeline(type, within),
  };
}
