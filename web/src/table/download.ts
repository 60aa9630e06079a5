import type { Answer, AnswerError, Question } from "../ask/answer";
import type { ConnectionTable } from "./connections";
import { pagerOf, placeIn } from "./paged";
import { connectionsAt, type Row, rowsIn } from "./rows";

/** How far a download has got. */
export interface Progress {
  rows: Row[];
  pages: number;
  /** Records of the connection that is paged through, and how many there are; null if that is not told. */
  records: number;
  total: number | null;
  /** Lists inside the records that the operation cut short, as they have further pages. */
  cut: number;
  done: boolean;
  /** Until when HubSpot's allowance is waited for. */
  waitingMs: number;
}

/** Says why a download ended before its end; what was read until then is in the progress. */
export class DownloadError extends Error {}

// A page of HubSpot's search is 200 records: as many are asked for at once as
// that, or as few as the gateway takes.
const pageSize = 200;
const smallestPage = 10;

/**
 * Reads a table page after page, to the end of its outermost connection. It
 * yields after each page, and while it waits. Ending signal ends the request
 * under way.
 */
export async function* download(
  question: Question,
  table: ConnectionTable,
  ask: (q: Question, signal: AbortSignal) => Promise<Answer>,
  signal: AbortSignal,
): AsyncGenerator<Progress> {
  const outermost = table.outer[0] ?? table.path;
  const pager = pagerOf(question, outermost);
  const progress: Progress = { rows: [], pages: 0, records: 0, total: null, cut: 0, done: false, waitingMs: 0 };
  let first: number | null = Math.max(pager.first ?? 0, pageSize);
  let after = pager.after;
  const counts = after === null; // else the total is of more than what is read
  while (!progress.done) {
    const answer = await ask(pager.page(after, first, counts && progress.pages === 0), signal);
    const refusal = refusalOf(answer);
    if (refusal === "smaller" && first !== null && first > smallestPage) {
      first = first / 2 > smallestPage ? Math.ceil(first / 2) : smallestPage;
      continue;
    }
    if (typeof refusal === "number") {
      yield { ...progress, waitingMs: refusal };
      await pause(refusal, signal);
      continue;
    }
    if (refusal !== undefined) throw new DownloadError(answer.errors?.[0]?.message ?? "the answer has no data");
    const connection = connectionsAt(answer.data, outermost)[0];
    const { next, total } = placeIn(connection);
    if (next !== null && next === after) throw new DownloadError("the next page is the same page again");
    take(progress, table, outermost, answer.data, total);
    progress.done = next === null;
    after = next;
    yield { ...progress };
  }
}

function take(progress: Progress, table: ConnectionTable, outermost: string[], data: unknown, total: number | null): void {
  const [connection] = connectionsAt(data, outermost);
  // One at a time: a page's rows may be more than a call's arguments.
  for (const row of rowsIn(table, data)) progress.rows.push(row);
  progress.pages += 1;
  progress.records += recordsIn(connection);
  progress.total ??= total;
  if (connection) progress.cut += cutIn(connection, true);
}

function recordsIn(connection: Record<string, unknown> | undefined): number {
  const lists = Object.values(connection ?? {}).filter(Array.isArray);
  return lists[0]?.length ?? 0;
}

/** The connections inside of one whose pageInfo says that there is more. */
function cutIn(value: unknown, outermost: boolean): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, v) => sum + cutIn(v, false), 0);
  if (typeof value !== "object" || value === null) return 0;
  let cut = 0;
  for (const inner of Object.values(value)) {
    if (!outermost && (inner as { hasNextPage?: boolean } | null)?.hasNextPage === true) cut += 1;
    cut += cutIn(inner, false);
  }
  return cut;
}

/** What is to be done about an answer with errors: wait so many ms, ask for less, give up. */
function refusalOf(answer: Answer): number | "smaller" | "end" | undefined {
  const errors = answer.errors ?? [];
  if (errors.length === 0) return answer.data ? undefined : "end";
  const wait = errors.find((e) => passing.has(code(e) ?? "") && e.extensions?.["hubspotLimit"] !== "DAILY");
  if (wait) return Math.min(Math.max(wait.extensions?.retryAfterMs ?? 1000, 100), 60_000);
  const large = errors.some((e) => code(e) === "TOO_EXPENSIVE" || code(e) === "UPSTREAM_TIMEOUT");
  return large ? "smaller" : "end";
}

/** What is over in a moment. */
const passing = new Set(["RATE_LIMITED", "OVERLOADED"]);

const code = (e: AnswerError): string | undefined => e.extensions?.code;

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}
