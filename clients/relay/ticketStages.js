// Stages without their IDs, which Relay adds of its own accord to tell them apart.
import { graphql } from "relay-runtime";

export const ticketStagesQuery = graphql`
  query ticketStagesQuery {
    tickets(first: 1000) {
      nodes {
        hs_pipeline_stage {
          label
        }
      }
    }
  }
`;
