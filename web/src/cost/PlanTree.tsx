import { counted, endpointLabel, type Plan, type PlanStep } from "./cost";
import { card, drawn } from "./layout";

/** A plan as a tree: what a step waits for stands left of it. */
export function PlanTree({ plan }: { plan: Plan }) {
  if (plan.steps.length === 0) return <p>This operation reads metadata alone: it costs no HubSpot call.</p>;
  const { steps, lines, rounds, width, height } = drawn(plan);
  return (
    <div className="hg-plan">
      <p>
        At most {counted(plan.calls, "call")} in {counted(rounds.length, "round")}, of {plan.allowedCalls} that a request may take
        {plan.actual ? <>; it took <strong>{counted(plan.actual.calls, "call")}</strong> for {counted(plan.actual.records, "record")}</> : null}.
        {plan.refused ? <strong className="hg-bad"> It would be refused.</strong> : null}
      </p>
      <div className="hg-plan-scroll" tabIndex={0} role="region" aria-label="Plan">
        <div style={{ position: "relative", width, height }}>
          <svg width={width} height={height} aria-hidden="true">
            {lines.map((l) => <path key={`${l.from}-${l.to}`} d={l.path} />)}
          </svg>
          {rounds.map((r) => <span key={r.round} className="hg-round" style={{ left: r.x }}>Round {r.round}</span>)}
          <ol>
            {steps.map(({ step, x, y }) => (
              <li key={step.id} className="hg-step" style={{ left: x, top: y, width: card.width, height: card.height }} title={titleOf(step)}>
                <Step step={step} />
              </li>
            ))}
          </ol>
        </div>
      </div>
    </div>
  );
}

function Step({ step }: { step: PlanStep }) {
  return (
    <>
      <strong>{step.what}</strong>
      <span className="hg-quiet">{step.why}</span>
      <span className="hg-step-cost">
        <span className="hg-chip">{endpointLabel(step.endpoint)}</span>
        {step.actual ? `${step.actual.calls} of ≤ ${counted(step.calls, "call")}` : `≤ ${counted(step.calls, "call")}`}
        {step.actual?.steps ? <span className="hg-quiet"> shared</span> : null}
      </span>
      <span className="hg-hidden">{titleOf(step)}</span>
    </>
  );
}

function titleOf(step: PlanStep): string {
  const waits = step.after.length ? `Waits for step ${step.after.join(" and ")}. ` : "";
  return `Step ${step.id}. ${waits}For ${step.paths.join(", ")}.`;
}
