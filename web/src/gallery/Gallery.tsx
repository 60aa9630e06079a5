import { type GraphiQLPlugin, useGraphiQL } from "@graphiql/react";
import { useEffect, useMemo, useState } from "react";
import { ask } from "../ask/ask";
import { heed, useSession } from "../ask/session";
import { useOpenTab } from "../page/openTab";
import { type Portal, portalIn, portalQuery } from "./portal";
import { type Recipe, recipesOf } from "./recipes";

/** Ready queries in the side bar. */
export const galleryPlugin: GraphiQLPlugin = { title: "Gallery", icon: GalleryIcon, content: Gallery };

function GalleryIcon() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <rect x="3.5" y="3.5" width="7" height="7" rx="1.5" />
      <rect x="13.5" y="3.5" width="7" height="7" rx="1.5" />
      <rect x="3.5" y="13.5" width="7" height="7" rx="1.5" />
      <rect x="13.5" y="13.5" width="7" height="7" rx="1.5" />
    </svg>
  );
}

function Gallery() {
  const schema = useGraphiQL((state) => state.schema);
  const { portal, problem } = usePortal();
  const recipes = useMemo(() => (schema && portal ? recipesOf(schema, portal, new Date()) : []), [schema, portal]);
  const groups = [...new Set(recipes.map((r) => r.group))];
  return (
    <section className="hg-gallery" aria-label="Gallery">
      <h2>Gallery</h2>
      <p className="hg-quiet">Queries made for this portal, from what it has. Each opens in a tab of its own.</p>
      {problem ? <p role="alert" className="hg-bad">{problem}</p> : null}
      {!problem && recipes.length === 0 ? <p className="hg-quiet">{schema && portal ? "This portal has nothing that a ready query is about." : "Reading what the portal has…"}</p> : null}
      {groups.map((group) => (
        <section key={group}>
          <h3>{group}</h3>
          <ul>{recipes.filter((r) => r.group === group).map((r) => <RecipeItem key={r.title + r.query} recipe={r} />)}</ul>
        </section>
      ))}
    </section>
  );
}

function RecipeItem({ recipe }: { recipe: Recipe }) {
  const open = useOpenTab();
  return (
    <li>
      <button type="button" onClick={() => open(recipe.query, recipe.variables)}>
        <strong>{recipe.title}</strong>
        <span>{recipe.about}</span>
      </button>
    </li>
  );
}

/** The portal's object types, read anew with every version of the schema. */
function usePortal(): { portal?: Portal; problem?: string } {
  const version = useSession((s) => s.loadedVersion);
  const apiKey = useSession((s) => s.apiKey);
  const [found, setFound] = useState<{ portal?: Portal; problem?: string }>({});
  useEffect(() => {
    const stop = new AbortController();
    ask({ query: portalQuery }, apiKey, stop.signal).then(
      (answer) => {
        heed(answer);
        const portal = portalIn(answer);
        setFound(portal ? { portal } : { problem: answer.errors?.[0]?.message ?? "The portal does not tell what it has." });
      },
      (error: Error) => {
        if (!stop.signal.aborted) setFound({ problem: error.message });
      },
    );
    return () => stop.abort();
  }, [version, apiKey]);
  return found;
}
