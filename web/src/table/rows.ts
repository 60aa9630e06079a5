import { digitsOf } from "../ask/exact";
import type { Column, ConnectionTable } from "./connections";

type Value = unknown;

/** A table's rows as text, in the order of its columns; "" where there is nothing. */
export type Row = string[];

/** The rows that an answer's data holds of a connection, from all of its parents. */
export function rowsIn(table: ConnectionTable, data: Value): Row[] {
  return connectionsAt(data, table.path).flatMap((connection) => rowsOfOne(table, connection));
}

/** The objects at a path of response names, through all lists on the way. */
export function connectionsAt(value: Value, path: string[]): Record<string, Value>[] {
  if (Array.isArray(value)) return value.flatMap((v) => connectionsAt(v, path));
  if (!isObject(value)) return [];
  const [first, ...rest] = path;
  return first === undefined ? [value] : connectionsAt(value[first], rest);
}

function rowsOfOne(table: ConnectionTable, connection: Record<string, Value>): Row[] {
  const rowKey = table.columns[0]?.path[0];
  const rows = rowKey === undefined ? undefined : connection[rowKey];
  if (!Array.isArray(rows)) return [];
  return rows.filter(isObject).map((row) => table.columns.map((column) => cell(row, column)));
}

function cell(row: Record<string, Value>, column: Column): string {
  return textsAt(row, column.path.slice(1)).join("; ");
}

/** The texts at a path, of which there are several if lists are on the way. */
function textsAt(value: Value, path: string[]): string[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap((v) => textsAt(v, path));
  const [first, ...rest] = path;
  if (first === undefined) return [textOf(value)];
  return isObject(value) ? textsAt(value[first], rest) : [];
}

function textOf(value: Value): string {
  if (typeof value === "string") return value;
  return digitsOf(value) ?? (typeof value === "boolean" ? String(value) : JSON.stringify(value));
}

const isObject = (value: Value): value is Record<string, Value> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && digitsOf(value) === undefined;
