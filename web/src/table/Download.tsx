import { useEffect, useRef, useState } from "react";
import { ask } from "../ask/ask";
import { type Asked, heed, useSession } from "../ask/session";
import { counted } from "../cost/cost";
import type { ConnectionTable } from "./connections";
import { download, type Progress } from "./download";
import { csv } from "./text";

/** The button that reads a table to its end and saves it, with what goes on meanwhile. */
export function Download({ asked, table }: { asked: Asked; table: ConnectionTable }) {
  const [progress, setProgress] = useState<Progress>();
  const [problem, setProblem] = useState("");
  const running = useRef<AbortController>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => () => running.current?.abort(), []);

  async function start() {
    const stop = new AbortController();
    running.current = stop;
    setBusy(true);
    setProblem("");
    setProgress(undefined);
    try {
      const pages = download(asked.question, table, askFor(asked), stop.signal);
      for await (const page of pages) {
        setProgress(page);
        if (page.done) save(table, page);
      }
    } catch (error) {
      setProblem(stop.signal.aborted ? "Stopped." : `${(error as Error).message}.`.replace(/\.\.$/, "."));
    }
    setBusy(false);
  }
  return (
    <>
      {busy ? (
        <button type="button" onClick={() => running.current?.abort()}>Stop</button>
      ) : (
        <button type="button" onClick={() => void start()}>Download all as CSV</button>
      )}
      {busy || progress ? <progress aria-label="Records read" max={progress?.total ?? undefined} value={valueOf(progress)} /> : null}
      <span role="status">{textOf(progress, busy)}</span>
      {problem ? <span role="alert">{problem}</span> : null}
      {problem && progress && progress.rows.length > 0 ? (
        <button type="button" onClick={() => save(table, progress)}>Save the {counted(progress.rows.length, "row")} read so far</button>
      ) : null}
    </>
  );
}

const askFor = (asked: Asked) => async (question: Asked["question"], signal: AbortSignal) => {
  const answer = await ask(question, useSession.getState().apiKey, signal, asked.headers);
  heed(answer);
  return answer;
};

/** Undefined shows that it goes on, where nobody knows how far. */
function valueOf(progress: Progress | undefined): number | undefined {
  if (progress?.done) return progress.total ?? 1;
  return progress?.total ? Math.min(progress.records, progress.total) : undefined;
}

function textOf(progress: Progress | undefined, busy: boolean): string {
  if (!progress) return busy ? "Reading the first page…" : "";
  const of = progress.total === null ? "" : ` of ${progress.total.toLocaleString()}`;
  const wait = progress.waitingMs && busy ? ` Waiting ${Math.ceil(progress.waitingMs / 1000)} s for HubSpot's allowance.` : "";
  const cut = progress.cut ? ` ${counted(progress.cut, "list")} inside the records ${progress.cut === 1 ? "has" : "have"} more than the query asks for: raise its first.` : "";
  return `${progress.records.toLocaleString()}${of} records, ${counted(progress.rows.length, "row")}.${progress.done ? " Saved." : ""}${wait}${cut}`;
}

/** Saves what was read; the mark in front tells Excel that it is UTF-8. */
function save(table: ConnectionTable, progress: Progress): void {
  const parts = ["\uFEFF", csv([table.columns.map((c) => c.label)])];
  for (let i = 0; i < progress.rows.length; i += 5000) parts.push(csv(progress.rows.slice(i, i + 5000)));
  const url = URL.createObjectURL(new Blob(parts, { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `${table.path.filter((key) => !["nodes", "edges", "node"].includes(key)).join("-")}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
