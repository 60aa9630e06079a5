// The page lies beside the endpoints of its portal: at / those of the portal that
// is configured, at /portals/123/ those of that one.

/** Where the portal's graph is asked. */
export const graphqlURL = new URL("graphql", location.href);

/** The portal's schema as text; its ETag is the schema's version. */
export const sdlURL = new URL("schema.graphql", location.href);

/** What tells this portal's page from those of others of this server. */
export const folder = new URL(".", location.href).pathname;
