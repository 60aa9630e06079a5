import { useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { useCallback } from "react";

/** Opens a query in a new tab of the editor. */
export function useOpenTab(): (query: string, variables?: Record<string, unknown>) => void {
  const { addTab, setVisiblePlugin } = useGraphiQLActions();
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  return useCallback(
    (query, variables) => {
      addTab();
      queryEditor?.setValue(query);
      variableEditor?.setValue(variables ? JSON.stringify(variables, null, 2) : "");
      if (matchMedia("(max-width: 46rem)").matches) setVisiblePlugin(null); // it lies over the editor
      queryEditor?.focus();
    },
    [addTab, setVisiblePlugin, queryEditor, variableEditor],
  );
}
