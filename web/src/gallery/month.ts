/** The first instant of a month of a time zone, and the last millisecond of it. */
export function monthOf(now: Date, timeZone: string): { from: Date; to: Date } {
  const { year, month } = partsOf(now, timeZone);
  return { from: instantOf(year, month, timeZone), to: new Date(instantOf(year, month + 1, timeZone).getTime() - 1) };
}

/** The same as calendar dates, `YYYY-MM-DD`. */
export function datesOf(now: Date, timeZone: string): { from: string; to: string } {
  const { year, month } = partsOf(now, timeZone);
  const date = (m: number, day: number) => new Date(Date.UTC(year, m - 1, day)).toISOString().slice(0, 10);
  return { from: date(month, 1), to: date(month + 1, 0) };
}

function partsOf(at: Date, timeZone: string): Record<"year" | "month" | "day" | "hour" | "minute" | "second", number> {
  const format = new Intl.DateTimeFormat("en-US", { timeZone: known(timeZone), hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" });
  return Object.fromEntries(format.formatToParts(at).map((p) => [p.type, Number(p.value)])) as ReturnType<typeof partsOf>;
}

/** When a month begins there: what the clock shows is compared with what it should show. */
function instantOf(year: number, month: number, timeZone: string): Date {
  const wanted = Date.UTC(year, month - 1, 1);
  let at = wanted;
  for (let i = 0; i < 2; i++) {
    const p = partsOf(new Date(at), timeZone);
    at -= Date.UTC(p.year, p.month - 1, p.day, p.hour, p.minute, p.second) - wanted;
  }
  return new Date(at);
}

function known(timeZone: string): string {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone });
    return timeZone;
  } catch {
    return "UTC"; // this browser does not know the zone
  }
}
