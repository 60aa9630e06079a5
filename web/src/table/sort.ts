import type { Row } from "./rows";

export interface Order {
  column: number;
  descending: boolean;
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** A copy of the rows in an order: numbers by size, texts as people sort them, what is empty last. */
export function sorted(rows: Row[], { column, descending }: Order): Row[] {
  const sign = descending ? -1 : 1;
  return rows.toSorted((a, b) => {
    const x = a[column] ?? "";
    const y = b[column] ?? "";
    if (x === "" || y === "") return Number(x === "") - Number(y === "");
    return sign * compared(x, y);
  });
}

function compared(x: string, y: string): number {
  const difference = Number(x) - Number(y);
  return Number.isNaN(difference) ? collator.compare(x, y) : difference;
}

/** The order after a click on a column's head: up, down, and as it came. */
export function nextOrder(order: Order | undefined, column: number): Order | undefined {
  if (order?.column !== column) return { column, descending: false };
  return order.descending ? undefined : { column, descending: true };
}
