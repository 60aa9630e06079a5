// What an application written in TypeScript asks for. Types come from
// graphql-codegen alone: none is written here.
import type { GraphQLClient } from "graphql-request";
import { graphql, useFragment } from "../out/typed/gql/index.js";
import type { ContactKey, ContactOrder, ContactProperty, ContactWhere, ListQuery, MembersQuery } from "../out/typed/gql/graphql.js";

const person = graphql(`
  fragment Person on Contact {
    id
    displayName
    email
    createdate
    lifecyclestage {
      value
    }
  }
`);

const lookup = graphql(`
  query Lookup($by: ContactKey!) {
    contact(by: $by) {
      ...Person
    }
  }
`);

/** A contact's e-mail address, or null when there is no such contact. */
export async function emailOf(client: GraphQLClient, by: ContactKey): Promise<string | null> {
  const { contact } = await client.request(lookup, { by });
  return useFragment(person, contact)?.email ?? null;
}

const list = graphql(`
  query List($where: ContactWhere, $orderBy: ContactOrder, $first: Int, $after: String) {
    contacts(where: $where, orderBy: $orderBy, first: $first, after: $after) {
      nodes {
        ...Person
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

/** The e-mail addresses of all contacts that match, read in pages. */
export async function emails(client: GraphQLClient, where: ContactWhere, orderBy: ContactOrder, first: number): Promise<string[]> {
  const found: string[] = [];
  for (let after: string | null = null, more = true; more; ) {
    const data: ListQuery = await client.request(list, { where, orderBy, first, after });
    for (const contact of useFragment(person, data.contacts.nodes) ?? []) found.push(contact.email ?? "");
    more = data.contacts.pageInfo?.hasNextPage ?? false;
    after = data.contacts.pageInfo?.endCursor ?? null;
  }
  return found;
}

export const promising: ContactWhere = {
  lifecyclestage: { in: ["lead", "customer"] },
  createdate: { gte: "2025-01-01" },
  OR: [{ lastname: { eq: "novak" } }, { lastname: { eq: "Müller" } }],
};

export const newest: ContactOrder = { property: "createdate", direction: "DESC" };

const company = graphql(`
  query Company($id: ID!, $where: DealWhere, $orderBy: DealOrder) {
    company(by: { id: $id }) {
      name
      deals(first: 1000, where: $where, orderBy: $orderBy) {
        totalCount
        nodes {
          amount
        }
      }
    }
  }
`);

/** The amounts of a company's deals from least on, largest first. */
export async function amounts(client: GraphQLClient, id: string, least: number): Promise<number[]> {
  const data = await client.request(company, {
    id,
    where: { amount: { gte: least } },
    orderBy: { property: "amount", direction: "DESC" },
  });
  return (data.company?.deals.nodes ?? []).map((deal) => deal.amount ?? 0);
}

const anything = graphql(`
  query Anything($type: String!, $where: RecordWhere, $property: String!) {
    records(objectType: $type, where: $where, first: 1000) {
      nodes {
        __typename
        id
        property(name: $property) {
          raw
        }
      }
    }
  }
`);

/** The IDs and one property of records of a type that is named at run time. */
export async function texts(client: GraphQLClient, type: string, property: string, eq: string): Promise<[string, string | null][]> {
  const { records } = await client.request(anything, { type, property, where: { property: { name: property, eq } } });
  return (records.nodes ?? []).map((record) => [record.id, record.property?.raw ?? null]);
}

const past = graphql(`
  query Past($by: ContactKey!, $properties: [ContactProperty!]!) {
    contact(by: $by) {
      history(properties: $properties) {
        name
        versions {
          value
          timestamp
        }
      }
    }
  }
`);

/** What properties of a contact held over time, newest first. */
export async function history(client: GraphQLClient, by: ContactKey, properties: ContactProperty[]) {
  const { contact } = await client.request(past, { by, properties });
  return contact?.history ?? [];
}

const members = graphql(`
  query Members($id: ID!, $after: String) {
    list(id: $id) {
      members(first: 40, after: $after) {
        nodes {
          __typename
          ...Person
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`);

/** The e-mail addresses of the contacts in a list, read in pages. */
export async function membersOf(client: GraphQLClient, id: string): Promise<string[]> {
  const found: string[] = [];
  for (let after: string | null = null, more = true; more; ) {
    const data: MembersQuery = await client.request(members, { id, after });
    const page = data.list?.members;
    for (const record of page?.nodes ?? []) {
      if (record.__typename === "Contact") found.push(useFragment(person, record).email ?? "");
    }
    more = page?.pageInfo?.hasNextPage ?? false;
    after = page?.pageInfo?.endCursor ?? null;
  }
  return found;
}

// What the types refuse.
// @ts-expect-error a lookup names one key
export const twoKeys: ContactKey = { id: "51", email: "a@example.com" };
// @ts-expect-error no such property
export const unknown: ContactProperty = "shoe_size";
// @ts-expect-error a date has no tokens
export const token: ContactWhere = { createdate: { containsToken: "2026" } };
