// What graphql-codegen makes of the gateways' schemas, into out/, which
// codegen.test.js removes first: the client preset for the documents in typed/,
// from introspection, and all types of the large portal, from its SDL.
import { demo, large } from "./server.js";

const scalars = { Date: "string", DateTime: "string" };

export default {
  generates: {
    "out/typed/gql/": {
      schema: `${demo}/schema.graphql`,
      documents: "typed/*.ts",
      preset: "client",
      config: { scalars, strictScalars: true, useTypeImports: true, importExtension: ".js", emitLegacyCommonJSImports: false },
    },
    "out/typed/large.ts": {
      schema: `${large}/graphql`,
      plugins: ["typescript"],
      config: { scalars, strictScalars: true },
    },
  },
};
