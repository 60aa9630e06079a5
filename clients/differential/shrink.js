// The smallest query that still shows a difference.
import { parse, print, visit } from "graphql";

const removable = new Set(["Field", "InlineFragment", "FragmentSpread", "Argument", "Directive"]);

/** Takes parts out of a query, one after the other, for as long as it differs. */
export async function shrink(text, differs) {
  text = print(parse(text));
  let tries = 0;
  for (let at = 0; tries < 2000; tries++) {
    const smaller = without(text, at);
    if (smaller === null) break;
    if (smaller !== text && (await stillDiffers(smaller, differs))) text = smaller;
    else at++;
  }
  return text;
}

async function stillDiffers(text, differs) {
  try {
    return await differs(text);
  } catch {
    return false; // no query any more
  }
}

/** The query without its part of that number, and without what nothing uses any more; null if it has fewer parts. */
function without(text, number) {
  let n = 0;
  let removed = false;
  let document = visit(parse(text), {
    enter(node, _key, parent) {
      if (removed) return undefined;
      if (removable.has(node.kind) && n++ === number) {
        removed = true;
        return parent.length === 1 && node.kind !== "Argument" && node.kind !== "Directive" ? undefined : null;
      }
      if (node.kind !== "SelectionSet") return undefined;
      const inner = node.selections.findIndex((selection) => selection.kind === "InlineFragment" && n++ === number);
      if (inner < 0) return undefined;
      removed = true; // the fragment, not what is in it
      return { ...node, selections: node.selections.toSpliced(inner, 1, ...node.selections[inner].selectionSet.selections) };
    },
  });
  if (!removed) return null;
  for (let before = ""; before !== print(document); ) {
    before = print(document);
    document = pruned(document);
  }
  return print(document);
}

/** Without fragments and variables that nothing uses. */
function pruned(document) {
  const used = new Set();
  visit(document, {
    FragmentSpread: ({ name }) => void used.add(`...${name.value}`),
    Variable: ({ name }, _key, parent) => void (parent.kind === "VariableDefinition" || used.add(`$${name.value}`)),
  });
  return visit(document, {
    FragmentDefinition: ({ name }) => (used.has(`...${name.value}`) ? undefined : null),
    VariableDefinition: ({ variable }) => (used.has(`$${variable.name.value}`) ? undefined : null),
  });
}
