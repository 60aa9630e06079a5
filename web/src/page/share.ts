// A query in the address of the page, behind the #: browsers send that to nobody.
// Never a key, and no headers.

export interface Shared {
  query: string;
  variables: string;
}

/** The address of the page with a query in it. */
export function addressOf(page: string, { query, variables }: Shared): string {
  const fragment = new URLSearchParams({ query });
  if (variables.trim()) fragment.set("variables", variables);
  const url = new URL(page);
  url.search = "";
  url.hash = fragment.toString();
  return url.href;
}

/** The query in a fragment, such as `#query=…`; undefined if there is none. */
export function sharedIn(fragment: string): Shared | undefined {
  const values = new URLSearchParams(fragment.replace(/^#/, ""));
  const query = values.get("query");
  return query ? { query, variables: values.get("variables") ?? "" } : undefined;
}
