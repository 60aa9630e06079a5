import { useGraphiQL } from "@graphiql/react";
import { useSession } from "../ask/session";
import { useSchemaWatch } from "../schema/watch";

/** What people should know beside the answers: that the schema changed, or cannot be had. */
export function Notices() {
  const { changedAt, dismiss } = useSchemaWatch();
  const fetchError = useGraphiQL((state) => state.fetchError);
  const keyWanted = useSession((s) => s.keyWanted);
  return (
    <div className="hg-notices" role="status">
      {changedAt ? (
        <p>
          The portal's schema changed: the editor has the new one since {changedAt.toLocaleTimeString()}.{" "}
          <button type="button" onClick={dismiss}>Dismiss</button>
        </p>
      ) : null}
      {keyWanted ? <p className="hg-bad">The gateway asks for an API key. Enter one above; hubgraph keys create NAME makes one.</p> : null}
      {fetchError && !keyWanted ? <p className="hg-bad">The schema could not be read: {messageIn(fetchError)}</p> : null}
    </div>
  );
}

function messageIn(text: string): string {
  try {
    const { errors, message } = JSON.parse(text) as { errors?: { message: string }[]; message?: string };
    return errors?.[0]?.message ?? message ?? text;
  } catch {
    return text;
  }
}
