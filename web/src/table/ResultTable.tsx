import { useMemo, useState } from "react";
import type { Asked } from "../ask/session";
import { counted } from "../cost/cost";
import type { ConnectionTable } from "./connections";
import { Download } from "./Download";
import { type Row, rowsIn } from "./rows";
import { nextOrder, type Order, sorted } from "./sort";
import { tsv } from "./text";

/** How many rows are put into the page at a time. */
const some = 200;

/** The connections of an answer, one at a time, as a table. */
export function ResultTable({ asked, tables }: { asked: Asked; tables: ConnectionTable[] }) {
  const [chosen, setChosen] = useState("");
  const table = tables.find((t) => t.path.join(".") === chosen) ?? tables[0];
  if (!table) return <p className="hg-quiet">The answer has no connection (a field with <code>nodes</code> or <code>edges</code>) to show as a table.</p>;
  return (
    <div className="hg-table">
      <div className="hg-buttons">
        <label className="hg-choice">
          <span>Show</span>
          <select value={table.path.join(".")} onChange={(e) => setChosen(e.target.value)}>
            {tables.map((t) => <option key={t.path.join(".")} value={t.path.join(".")}>{t.title}</option>)}
          </select>
        </label>
        <Download key={table.path.join(".")} asked={asked} table={table} />
      </div>
      <Rows key={table.path.join(".")} table={table} data={asked.answer.data} />
    </div>
  );
}

function Rows({ table, data }: { table: ConnectionTable; data: unknown }) {
  const [order, setOrder] = useState<Order>();
  const [shown, setShown] = useState(some);
  const found = useMemo(() => rowsIn(table, data), [table, data]);
  const rows = useMemo(() => (order ? sorted(found, order) : found), [found, order]);
  const numeric = useMemo(() => table.columns.map((_, i) => isNumeric(found, i)), [table, found]);
  return (
    <>
      <p className="hg-quiet hg-buttons">
        <span>{counted(rows.length, "row")} in this answer</span>
        <Copy text={() => tsv([table.columns.map((c) => c.label), ...rows])} />
      </p>
      <div className="hg-scroll" tabIndex={0} role="region" aria-label={table.title}>
        <table>
          <thead>
            <tr>{table.columns.map((c, i) => <Head key={c.path.join(".")} label={c.label} sort={order?.column === i ? order : undefined} onSort={() => setOrder(nextOrder(order, i))} />)}</tr>
          </thead>
          <tbody>
            {rows.slice(0, shown).map((row, i) => (
              <tr key={i}>{row.map((text, j) => <td key={j} className={numeric[j] ? "hg-number" : undefined} title={text.length > 40 ? text : undefined}>{text}</td>)}</tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > shown ? <button type="button" onClick={() => setShown(shown + some)}>Show {Math.min(some, rows.length - shown)} more</button> : null}
    </>
  );
}

function Head({ label, sort, onSort }: { label: string; sort: Order | undefined; onSort: () => void }) {
  const state = sort ? (sort.descending ? "descending" : "ascending") : undefined;
  return (
    <th scope="col" aria-sort={state}>
      <button type="button" onClick={onSort}>{label}<span aria-hidden="true">{sort ? (sort.descending ? " ▼" : " ▲") : ""}</span></button>
    </th>
  );
}

function Copy({ text }: { text: () => string }) {
  const [said, setSaid] = useState("");
  const copy = () =>
    navigator.clipboard.writeText(text()).then(
      () => setSaid("Copied: paste it into a spreadsheet"),
      () => setSaid("The browser refused the clipboard"),
    );
  return (
    <>
      <button type="button" onClick={() => void copy()}>Copy</button>
      <span role="status">{said}</span>
    </>
  );
}

function isNumeric(rows: Row[], column: number): boolean {
  const texts = rows.map((r) => r[column] ?? "").filter((t) => t !== "");
  return texts.length > 0 && texts.every((t) => /^-?\d+(\.\d+)?$/.test(t));
}
