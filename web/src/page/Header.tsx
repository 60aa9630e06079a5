import { useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { useEffect, useRef, useState } from "react";
import { useSession } from "../ask/session";
import { addressOf } from "./share";

/** The line above the editor. */
export function Header() {
  return (
    <header className="hg-header">
      <h1>hubgraph</h1>
      <KeyField />
      <ShareButton />
      <ThemeButton />
    </header>
  );
}

/** The API key goes to this gateway alone, and is gone with the page. */
function KeyField() {
  const apiKey = useSession((s) => s.apiKey);
  const keyWanted = useSession((s) => s.keyWanted);
  const { introspect } = useGraphiQLActions();
  const [typed, setTyped] = useState(apiKey);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (keyWanted) field.current?.focus();
  }, [keyWanted]);
  const use = () => {
    if (typed.trim() === apiKey) return;
    useSession.setState({ apiKey: typed.trim(), keyWanted: false });
    void introspect();
  };
  return (
    <form className="hg-key" onSubmit={(event) => { event.preventDefault(); use(); }}>
      <label htmlFor="hg-key">API key</label>
      <input
        ref={field} id="hg-key" type="password" autoComplete="off" spellCheck={false} value={typed} aria-invalid={keyWanted}
        placeholder={keyWanted ? "this gateway asks for one" : "if the gateway asks for one"} title="Kept in this page alone, until it is closed"
        onChange={(event) => setTyped(event.target.value)} onBlur={use}
      />
    </form>
  );
}

function ShareButton() {
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const [said, setSaid] = useState("");
  const share = async () => {
    const address = addressOf(location.href, { query: queryEditor?.getValue() ?? "", variables: variableEditor?.getValue() ?? "" });
    history.replaceState(null, "", address);
    await navigator.clipboard.writeText(address).then(() => setSaid("Link copied"), () => setSaid("The link is in the address bar"));
    setTimeout(() => setSaid(""), 4000);
  };
  return (
    <>
      <span role="status" className="hg-quiet hg-said">{said}</span>
      <button type="button" onClick={() => void share()} title="Copies a link with this query and its variables">Share</button>
    </>
  );
}

const themes = [null, "light", "dark"] as const;

function ThemeButton() {
  const theme = useGraphiQL((state) => state.theme);
  const { setTheme } = useGraphiQLActions();
  const next = themes[(themes.indexOf(theme) + 1) % themes.length] ?? null;
  const label = (t: typeof theme) => (t === null ? "as the system" : t);
  return (
    <button type="button" onClick={() => setTheme(next)} title={`Colours: ${label(theme)}. Click for ${label(next)}.`} aria-label={`Colours: ${label(theme)}`}>
      <span aria-hidden="true">{theme === "dark" ? "☾" : theme === "light" ? "☀" : "◐"}</span>
    </button>
  );
}
