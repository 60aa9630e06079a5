import { useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { useEffect, useRef, useState } from "react";
import { credentials } from "../ask/ask";
import { sdlURL } from "../ask/endpoint";
import { useSession } from "../ask/session";
import { versionIn } from "./version";

/** How often the schema's version is asked for while somebody looks at the page. */
const every = 30_000;

/** The version of the portal's schema; undefined if it is not told. It costs no HubSpot call. */
async function askVersion(apiKey: string, signal: AbortSignal): Promise<string | undefined> {
  const response = await fetch(sdlURL, { method: "HEAD", headers: credentials(apiKey), cache: "no-store", signal });
  return response.ok ? versionIn(response.headers.get("ETag")) : undefined;
}

/** Hears of new versions while the page is looked at. */
function usePolling(): void {
  const apiKey = useSession((s) => s.apiKey);
  useEffect(() => {
    const stop = new AbortController();
    const look = () => {
      if (document.visibilityState !== "visible") return;
      askVersion(apiKey, stop.signal).then(
        (heardVersion) => heardVersion && useSession.setState({ heardVersion }),
        () => undefined, // the gateway is away for a moment; the next look tells
      );
    };
    const timer = setInterval(look, every);
    document.addEventListener("visibilitychange", look);
    return () => {
      stop.abort();
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [apiKey]);
}

/**
 * Has the editor load the schema again when it changes. Returns when that was
 * last so, until dismissed.
 */
export function useSchemaWatch(): { changedAt: Date | undefined; dismiss: () => void } {
  usePolling();
  const { introspect } = useGraphiQLActions();
  const isIntrospecting = useGraphiQL((state) => state.isIntrospecting);
  const loaded = useSession((s) => s.loadedVersion);
  const heard = useSession((s) => s.heardVersion);
  const [changedAt, setChangedAt] = useState<Date>();
  const wanted = useRef("");
  useEffect(() => {
    if (!loaded || !heard || loaded === heard || isIntrospecting || wanted.current === heard) return;
    wanted.current = heard; // once a version: an answer of before may come late
    void introspect().then(() => setChangedAt(new Date()));
  }, [loaded, heard, isIntrospecting, introspect]);
  return { changedAt, dismiss: () => setChangedAt(undefined) };
}
