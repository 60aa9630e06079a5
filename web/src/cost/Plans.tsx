import { useState } from "react";
import type { Answer } from "../ask/answer";
import { ask } from "../ask/ask";
import { type Asked, heed, useSession } from "../ask/session";
import type { Plan } from "./cost";
import { explained } from "./explain";
import { PlanTree } from "./PlanTree";

/** The plan of what was asked: the one in the answer, or one that is asked for here. */
export function Plans({ asked }: { asked: Asked }) {
  const [found, setFound] = useState<{ of: Asked; plan?: Plan; problem?: string }>();
  const [asking, setAsking] = useState(false);
  const mine = found?.of === asked ? found : undefined;
  const plan = mine?.plan ?? asked.answer.extensions?.hubgraph?.plan;

  async function explain(analyze: boolean) {
    setAsking(true);
    try {
      const answer = await ask(explained(asked.question, analyze), useSession.getState().apiKey, undefined, asked.headers);
      heed(answer);
      setFound({ of: asked, ...planIn(answer) });
    } catch (error) {
      setFound({ of: asked, problem: (error as Error).message });
    }
    setAsking(false);
  }
  return (
    <div>
      <p className="hg-buttons">
        <button type="button" disabled={asking} onClick={() => void explain(false)}>Explain (no calls)</button>
        <button type="button" disabled={asking} onClick={() => void explain(true)}>Run and compare</button>
      </p>
      {mine?.problem ? <p role="alert" className="hg-bad">{mine.problem}</p> : null}
      {plan ? <PlanTree plan={plan} /> : <p className="hg-quiet">A plan says which calls of HubSpot a query takes at most, and why, before it takes any.</p>}
    </div>
  );
}

function planIn(answer: Answer): { plan?: Plan; problem?: string } {
  const plan = answer.extensions?.hubgraph?.plan;
  return plan ? { plan } : { problem: answer.errors?.[0]?.message ?? "The gateway told no plan." };
}
