// JSON whose numbers keep the digits that they came with: HubSpot's 1234.50 is
// not to be shown as 1234.5, nor an ID of twenty digits rounded. Browsers that
// lack what it takes (proposal-json-parse-with-source) show them as numbers.

interface RawJSON {
  readonly rawJSON: string;
}
type Reviver = (key: string, value: unknown, context?: { source?: string }) => unknown;
const json = JSON as typeof JSON & {
  rawJSON?: (text: string) => RawJSON;
  isRawJSON?: (value: unknown) => value is RawJSON;
};

/** Parses JSON; JSON.stringify of what it returns has the same digits. */
export function parseExact(text: string): unknown {
  const raw = json.rawJSON?.bind(json);
  if (!raw) return JSON.parse(text);
  const keepDigits: Reviver = (_key, value, context) =>
    typeof value === "number" && context?.source !== undefined && String(value) !== context.source
      ? raw(context.source)
      : value;
  return JSON.parse(text, keepDigits as (key: string, value: unknown) => unknown);
}

/** The digits of a number as they came; undefined if the value is none. */
export function digitsOf(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return json.isRawJSON?.(value) ? value.rawJSON : undefined;
}
