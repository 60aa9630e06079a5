// graphql-codegen's part of manifests.js: the client preset with its manifest.
import { demo } from "./server.js";

export default {
  generates: {
    "out/trusted/gql/": {
      schema: `${demo}/schema.graphql`,
      documents: "typed/*.ts",
      preset: "client",
      presetConfig: { persistedDocuments: true },
      config: { scalars: { Date: "string", DateTime: "string" }, strictScalars: true },
    },
  },
};
