import type { GraphQLSchema } from "graphql";
import { datesOf, monthOf } from "./month";
import type { Pipeline, Portal } from "./portal";
import { Records } from "./records";
import { aliasOf, comment, indented, nameOf, quoted } from "./write";

/** A ready query, made for a portal. */
export interface Recipe {
  group: string;
  title: string;
  about: string;
  query: string;
  variables?: Record<string, unknown>;
}

/** The ready queries of a portal. Each is valid for its schema; what the portal lacks has none. */
export function recipesOf(schema: GraphQLSchema, portal: Portal, now: Date): Recipe[] {
  const records = (name: string) => Records.of(schema, portal.objectTypes.find((t) => t.name === name));
  const withPipelines = portal.objectTypes.filter((t) => t.pipelines.length > 0);
  return [
    ...withPipelines.flatMap((t) => pipelines(Records.of(schema, t))),
    ...contactsWithoutCompany(records("contact"), portal),
    ...closingThisMonth(records("deal"), portal, now),
    ...byOwner(records("ticket")),
    ...portal.objectTypes.filter((t) => t.custom).flatMap((t) => customObject(Records.of(schema, t), portal)),
  ];
}

/** HubSpot's search takes four calls a second, and a request a hundred fields. */
const mostStages = 20;

function pipelines(records: Records | undefined): Recipe[] {
  const [stage, pipeline] = [records?.fieldOf("PipelineStage"), records?.fieldOf("Pipeline")];
  if (!records || !stage) return [];
  return records.type.pipelines
    .filter((p) => !p.archived && p.stages?.some((s) => !s.archived))
    .map((p) => pipelineByStage(records, p, stage, pipeline));
}

function pipelineByStage(records: Records, pipeline: Pipeline, stageField: string, pipelineField: string | undefined): Recipe {
  const stages = (pipeline.stages ?? []).filter((s) => !s.archived).slice(0, mostStages);
  const taken = new Set<string>();
  const order = ["amount", "createdate", "hs_createdate"].find((f) => records.canOrderBy(f));
  const fields = records.select("displayName", "amount", "closedate", "createdate", "hubspot_owner_id").join(" ");
  const inPipeline = pipelineField ? `${pipelineField}: {eq: ${quoted(pipeline.pipelineId)}}, ` : "";
  const lines = stages.flatMap((s) => [
    comment(s.label ?? s.stageId),
    `${aliasOf(s.label ?? s.stageId, taken)}: ${records.list}(first: 10, where: {${inPipeline}${stageField}: {eq: ${quoted(s.stageId)}}}${order ? `, orderBy: {property: ${order}, direction: DESC}` : ""}) {`,
    "  totalCount",
    `  nodes { id ${fields} }`,
    "}",
  ]);
  const label = pipeline.label ?? pipeline.pipelineId;
  return {
    group: "Pipelines",
    title: `${label}, by stage`,
    about: `${records.plural}: how many are in each of ${stages.length} stages, and the first ten. One search a stage.`,
    query: `query ${nameOf(label, "by stage")} {\n${indented(2, lines)}\n}\n`,
  };
}

function contactsWithoutCompany(contacts: Records | undefined, portal: Portal): Recipe[] {
  if (!contacts) return [];
  const companies = contacts.associationTo(portal, "company");
  const filters = contacts.filters("associatedcompanyid");
  if (!companies && !filters) return [];
  const where = filters ? ", where: {associatedcompanyid: {exists: false}}" : "";
  const fields = contacts.select("displayName", "email", "phone", "createdate", "hubspot_owner_id").join(" ");
  const proof = companies && !filters ? ` ${companies}(first: 1) { nodes { id } }` : "";
  return [{
    group: "Clean up",
    title: "Contacts without a company",
    about: filters ? "Those that no company is associated with as the primary one." : "Contacts with their first company; those that have none show none.",
    query: listOf(contacts, "ContactsWithoutCompany", where, `id ${fields}${proof}`),
  }];
}

function closingThisMonth(deals: Records | undefined, portal: Portal, now: Date): Recipe[] {
  const scalar = deals?.rangeScalar("closedate");
  if (!deals || !scalar) return [];
  const order = deals.canOrderBy("closedate") ? ", orderBy: {property: closedate}" : "";
  const fields = deals.select("displayName", "amount", "closedate", "dealstage", "pipeline", "hubspot_owner_id").join(" ");
  const month = monthOf(now, portal.timeZone);
  return [{
    group: "Sales",
    title: "Deals closing this month",
    about: `Close date from the first to the last of the month, in the portal's time zone (${portal.timeZone}).`,
    query: listOf(deals, `DealsClosingThisMonth($from: ${scalar}!, $to: ${scalar}!)`, `, where: {closedate: {between: {from: $from, to: $to}}}${order}`, `id ${fields}`),
    variables: scalar === "Date" ? datesOf(now, portal.timeZone) : { from: month.from.toISOString(), to: month.to.toISOString() },
  }];
}

function byOwner(tickets: Records | undefined): Recipe[] {
  const owner = tickets?.fieldOf("Owner");
  if (!tickets || !owner) return [];
  const order = tickets.canOrderBy(owner) ? `, orderBy: {property: ${owner}}` : "";
  const fields = tickets.select("displayName", "hs_pipeline_stage", "hs_ticket_priority", "createdate").join(" ");
  return [{
    group: "Service",
    title: "Tickets by owner",
    about: "Tickets that somebody owns, those of one owner together.",
    query: listOf(tickets, "TicketsByOwner", `, where: {${owner}: {exists: true}}${order}`, `id ${owner} { fullName } ${fields}`),
  }];
}

function customObject(records: Records | undefined, portal: Portal): Recipe[] {
  if (!records) return [];
  const own = records.ownFields(6);
  const others = ["company", "contact", "deal"].flatMap((name) => records.associationTo(portal, name) ?? []);
  const near = others.slice(0, 2).map((field) => `${field}(first: 3) { nodes { id displayName } }`);
  return [{
    group: "Custom objects",
    title: records.plural,
    about: `${records.plural} with their first properties${others.length ? ` and the ${others.slice(0, 2).join(" and ")} that they belong to` : ""}.`,
    query: listOf(records, nameOf(records.plural), "", ["id displayName", ...own, ...near].join("\n      ")),
  }];
}

function listOf(records: Records, operation: string, args: string, fields: string): string {
  return `query ${operation} {
  ${records.list}(first: 25${args}) {
    nodes {
      ${fields}
    }
    pageInfo { hasNextPage endCursor }
  }
}
`;
}
