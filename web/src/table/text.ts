import type { Row } from "./rows";

const number = /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Text that a spreadsheet would take for a formula, made plain by an apostrophe
 * in front (OWASP, CSV Injection). Negative numbers are none.
 */
export function defused(text: string): string {
  return /^[=+\-@\t\r\n＝＋－＠]/.test(text) && !number.test(text) ? `'${text}` : text;
}

/** Lines of CSV as RFC 4180 has them, each with its line break. */
export function csv(rows: Row[]): string {
  return rows.map((row) => row.map(csvField).join(",") + "\r\n").join("");
}

function csvField(text: string): string {
  const plain = defused(text);
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

/** Lines with tabs, as spreadsheets take them from the clipboard. */
export function tsv(rows: Row[]): string {
  return rows.map((row) => row.map((text) => defused(text).replace(/[\t\r\n]+/g, " ")).join("\t")).join("\n");
}
