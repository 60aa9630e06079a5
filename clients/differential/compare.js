// When two answers are the same: the same data, in the same order, and errors
// at the same places.

/** What differs between the gateway's answer and graphql-js'; null if nothing does. */
export function difference(ours, theirs) {
  const mistake = theirs.errors?.find((error) => !error.extensions?.code);
  if (mistake) throw mistake; // of a resolver
  const [mine, wanted] = [JSON.stringify(opaque(ours.data)), JSON.stringify(opaque(theirs.data))];
  if (mine !== wanted) return `data at ${firstDifference(opaque(ours.data), opaque(theirs.data), "$")}`;
  return errorsDiffer(ours, theirs);
}

const cursorFields = new Set(["cursor", "startCursor", "endCursor"]);

/** The data with all cursors alike: what is in them is each server's own. Aliases of cursors begin with "cursor". */
function opaque(data) {
  return JSON.parse(
    JSON.stringify(data ?? null, (key, value) =>
      typeof value === "string" && (cursorFields.has(key) || key.startsWith("cursor")) ? "a cursor" : value,
    ),
  );
}

function firstDifference(a, b, path) {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null || Array.isArray(a) !== Array.isArray(b)) {
    return `${path}: ${clip(a)}, graphql-js has ${clip(b)}`;
  }
  const [left, right] = [Object.keys(a), Object.keys(b)];
  for (const key of left) {
    if (key in b && JSON.stringify(a[key]) !== JSON.stringify(b[key])) return firstDifference(a[key], b[key], `${path}.${key}`);
  }
  return `${path}: keys ${clip(left)}, graphql-js has ${clip(right)}`;
}

const clip = (value) => (JSON.stringify(value) ?? "nothing").slice(0, 200);

/**
 * The gateway reports a failure once: of a connection that fails, one of its
 * fields has the error and all are null, and what is wrong with an argument is
 * said at one of the places that have it. graphql-js says it at each. So each of
 * our errors must be one of theirs, and each kind of theirs, wherever it is in
 * lists, one of ours; unless the answer says that it leaves errors out.
 */
function errorsDiffer(ours, theirs) {
  const [mine, wanted] = [ours.errors ?? [], theirs.errors ?? []];
  const exactly = (error) => `${error.extensions?.code} at ${JSON.stringify(error.path)}`;
  const kind = (error) => `${error.extensions?.code} at ${error.path.filter((p) => typeof p === "string").slice(0, -1).join(".")}`;
  const theirExact = new Set(wanted.map(exactly));
  for (const error of mine) {
    if (!theirExact.has(exactly(error))) return `error ${exactly(error)} (${error.message}), graphql-js has ${[...theirExact].slice(0, 3).join("; ") || "none"}`;
  }
  if (ours.extensions?.hubgraph?.errorsOmitted || ours.extensions?.errorsOmitted || mine.length >= 20) return null;
  const ourKinds = new Set(mine.map(kind));
  for (const error of wanted) {
    if (!ourKinds.has(kind(error))) return `no error ${exactly(error)}, which graphql-js has (${error.message})`;
  }
  return null;
}
