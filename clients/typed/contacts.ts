import type { GraphQLClient } from "graphql-request";
import { graphql } from "../out/typed/gql/index.js";

const byEmail = graphql(`
  query ContactByEmail($email: String!) {
    contact(by: { email: $email }) {
      id
      email
    }
  }
`);

export async function emailOf(client: GraphQLClient, email: string): Promise<string | null> {
  const { contact } = await client.request(byEmail, { email });
  return contact?.email ?? null;
}
