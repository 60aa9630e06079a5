// What a Relay app asks for; relay.test.js compiles it.
import { graphql } from "relay-runtime";

export const companyQuery = graphql`
  query companyQuery($where: CompanyWhere, $orderBy: CompanyOrder) {
    ...company_list @arguments(where: $where, orderBy: $orderBy)
  }
`;

/** Companies; the next pages are merged into the connection. */
export const companyList = graphql`
  fragment company_list on Query
  @argumentDefinitions(
    count: { type: "Int", defaultValue: 10 }
    cursor: { type: "String" }
    where: { type: "CompanyWhere" }
    orderBy: { type: "CompanyOrder" }
  )
  @refetchable(queryName: "companyListPaginationQuery") {
    companies(first: $count, after: $cursor, where: $where, orderBy: $orderBy)
      @connection(key: "company_list_companies") {
      edges {
        node {
          id
          ...company_card
        }
      }
    }
  }
`;

/** One company and its contacts, which are refetched and paged by node(id:). */
export const companyCard = graphql`
  fragment company_card on Company
  @argumentDefinitions(count: { type: "Int", defaultValue: 2 }, cursor: { type: "String" })
  @refetchable(queryName: "companyCardRefetchQuery") {
    name
    contacts(first: $count, after: $cursor) @connection(key: "company_card_contacts") {
      edges {
        isPrimary
        node {
          email
        }
      }
    }
  }
`;
