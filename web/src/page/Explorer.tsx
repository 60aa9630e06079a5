import { explorerPlugin } from "@graphiql/plugin-explorer";
import { DocExplorerStore, DOC_EXPLORER_PLUGIN } from "@graphiql/plugin-doc-explorer";
import { HISTORY_PLUGIN, HistoryStore } from "@graphiql/plugin-history";
import { GraphiQLProvider, useGraphiQL } from "@graphiql/react";
import { GraphiQL, GraphiQLInterface } from "graphiql";
import { useEffect } from "react";
import { AnswerPanel } from "../answer/AnswerPanel";
import { folder } from "../ask/endpoint";
import { introspectionName, newFetcher } from "../ask/fetcher";
import { galleryPlugin } from "../gallery/Gallery";
import { Header } from "./Header";
import { Notices } from "./Notices";
import { useOpenTab } from "./openTab";
import { sharedIn } from "./share";
import { storageOf } from "./storage";

// Where an answer belongs is the editor's to tell.
let activeTab = "";
const fetcher = newFetcher(() => activeTab);
const storage = storageOf(folder);
const plugins = [DOC_EXPLORER_PLUGIN, HISTORY_PLUGIN, explorerPlugin({ showAttribution: false }), galleryPlugin];

/** The whole page. */
export function Explorer({ exampleQuery }: { exampleQuery: string }) {
  const shared = sharedIn(location.hash);
  return (
    <GraphiQLProvider
      fetcher={fetcher}
      storage={storage}
      plugins={plugins}
      referencePlugin={DOC_EXPLORER_PLUGIN}
      defaultQuery={exampleQuery}
      {...(shared ? { initialQuery: shared.query, initialVariables: shared.variables } : {})}
      introspectionQueryName={introspectionName}
      inputValueDeprecation
      shouldPersistHeaders={false}
    >
      <DocExplorerStore>
        <HistoryStore>
          <TabWatch />
          <div className="hg-page">
            <Header />
            <Notices />
            <main>
              <GraphiQLInterface showPersistHeadersSettings={false}>
                <GraphiQL.Logo><span /></GraphiQL.Logo>
                <GraphiQL.Footer><AnswerPanel /></GraphiQL.Footer>
              </GraphiQLInterface>
            </main>
          </div>
        </HistoryStore>
      </DocExplorerStore>
    </GraphiQLProvider>
  );
}

/** Knows the tab that is open, and opens those that a link brings while the page is there. */
function TabWatch() {
  const tab = useGraphiQL((state) => state.tabs[state.activeTabIndex]?.id ?? "");
  const open = useOpenTab();
  activeTab = tab;
  useEffect(() => {
    const follow = () => {
      const shared = sharedIn(location.hash);
      if (shared) open(shared.query, parsed(shared.variables));
    };
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, [open]);
  return null;
}

function parsed(variables: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(variables) as Record<string, unknown>;
  } catch {
    return undefined; // whoever made the link left none
  }
}
