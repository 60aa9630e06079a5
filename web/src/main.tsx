import "graphiql/setup-workers/vite"; // before GraphiQL
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "@graphiql/plugin-explorer/style.css";
import "graphiql/graphiql.css";
import "./page/page.css";
import { createRoot } from "react-dom/client";
import { Explorer } from "./page/Explorer";
import { mend } from "./page/mend";

const element = (id: string): HTMLElement => {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
};

const { exampleQuery = "" } = JSON.parse(element("settings").textContent ?? "{}") as { exampleQuery?: string };
createRoot(element("root")).render(<Explorer exampleQuery={exampleQuery} />);
mend(document.body);
