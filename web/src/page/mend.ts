// GraphiQL 5.4 and its explorer tell assistive technology some things wrongly, or
// not at all. It is put right in the page, as they offer no way to do so: a tab
// that holds a button to close it is no tab, and fields have to have names.

/** Keeps the page mended until it is told to stop. */
export function mend(root: HTMLElement): () => void {
  let frame = 0;
  const observer = new MutationObserver(() => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => mendNow(root));
  });
  observer.observe(root, { subtree: true, childList: true, attributes: true, attributeFilter: ["role", "aria-selected"] });
  return () => {
    observer.disconnect();
    cancelAnimationFrame(frame);
  };
}

function mendNow(root: HTMLElement): void {
  root.querySelector(".graphiql-tabs[role]")?.removeAttribute("role"); // a list of buttons
  for (const tab of root.querySelectorAll(".graphiql-tab[role], .graphiql-tab[aria-selected]")) mendTab(tab);
  for (const field of root.querySelectorAll(fields)) {
    const around = field.parentElement?.textContent?.trim().slice(0, 40);
    field.setAttribute("aria-label", around || (field instanceof HTMLSelectElement ? "Choice" : "Value"));
  }
}

const fields = [".graphiql-explorer-root input:not([aria-label])", ".graphiql-explorer-root select:not([aria-label])"].join(", ");

function mendTab(tab: Element): void {
  tab.removeAttribute("role");
  const selected = tab.getAttribute("aria-selected");
  if (selected === null) return;
  tab.removeAttribute("aria-selected");
  const open = tab.querySelector(".graphiql-tab-button");
  if (selected === "true") open?.setAttribute("aria-current", "true");
  else open?.removeAttribute("aria-current");
}
