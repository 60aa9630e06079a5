// Text of GraphQL, from parts that come from a portal and may be anything.

/** A name for an operation, made of words in any language. */
export function nameOf(...words: string[]): string {
  const letters = words.join(" ").normalize("NFKD").replace(/[\u0300-\u036f]/g, "").replace(/[^A-Za-z0-9]+/g, " ").trim();
  const name = letters.split(" ").filter(Boolean).map((w) => w.charAt(0).toUpperCase() + w.slice(1)).join("");
  return /^[A-Za-z]/.test(name) ? name : `Query${name}`;
}

/** A name for a field of the answer that no other has yet. */
export function aliasOf(label: string, taken: Set<string>): string {
  const name = nameOf(label);
  let alias = name.charAt(0).toLowerCase() + name.slice(1);
  for (let n = 2; taken.has(alias); n++) alias = `${alias.replace(/_\d+$/, "")}_${n}`;
  taken.add(alias);
  return alias;
}

/** A string literal. JSON's are GraphQL's as well. */
export const quoted = (text: string): string => JSON.stringify(text);

/** A comment of one line. */
export const comment = (text: string): string => `# ${text.replace(/[\r\n\u2028\u2029]+/g, " ")}`;

/** Lines, each moved to the right. */
export const indented = (by: number, lines: string[]): string => lines.map((l) => " ".repeat(by) + l).join("\n");
