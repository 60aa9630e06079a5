import { useGraphiQL } from "@graphiql/react";
import { parse } from "graphql";
import { useMemo, useState } from "react";
import { type Asked, useSession } from "../ask/session";
import { callsOf, type Cost, counted } from "../cost/cost";
import { CostDetails } from "../cost/CostDetails";
import { Plans } from "../cost/Plans";
import { connectionsOf } from "../table/connections";
import { ResultTable } from "../table/ResultTable";

const views = ["Table", "Cost", "Plan"] as const;
type View = (typeof views)[number];

/** What is below an answer: a line that says what it cost, and on demand a table, the cost and the plan. */
export function AnswerPanel() {
  const tab = useGraphiQL((state) => state.tabs[state.activeTabIndex]?.id ?? "");
  const asked = useSession((session) => session.asked[tab]);
  const [view, setView] = useState<View>();
  return (
    <div className={view ? "hg-answer hg-open" : "hg-answer"}>
      <div className="hg-answer-bar">
        <Summary asked={asked} />
        <div role="group" aria-label="Below the answer" className="hg-views">
          {views.map((v) => (
            <button key={v} type="button" aria-pressed={v === view} onClick={() => setView(v === view ? undefined : v)}>{v}</button>
          ))}
        </div>
      </div>
      {view ? <div className="hg-answer-body" tabIndex={0} role="region" aria-label={view}>{asked ? <Body view={view} asked={asked} /> : <p className="hg-quiet">Run a query first.</p>}</div> : null}
    </div>
  );
}

function Body({ view, asked }: { view: View; asked: Asked }) {
  const schema = useGraphiQL((state) => state.schema);
  const tables = useMemo(() => tablesOf(asked, schema), [asked, schema]);
  const cost = asked.answer.extensions?.hubgraph;
  if (view === "Table") return <ResultTable asked={asked} tables={tables} />;
  if (view === "Plan") return <Plans asked={asked} />;
  return cost ? <CostDetails cost={cost} tookMs={asked.tookMs} /> : <p className="hg-quiet">The answer does not say what it cost.</p>;
}

function tablesOf(asked: Asked, schema: Parameters<typeof connectionsOf>[2]) {
  try {
    return connectionsOf(parse(asked.question.query), asked.question.operationName, schema);
  } catch {
    return []; // it did not parse, as its answer says
  }
}

function Summary({ asked }: { asked: Asked | undefined }) {
  const cost = asked?.answer.extensions?.hubgraph;
  return <p className="hg-summary" role="status">{cost && asked ? summaryOf(cost, asked.tookMs) : "What an answer cost of HubSpot's allowance stands here."}</p>;
}

function summaryOf(cost: Cost, tookMs: number): string {
  return [
    `${counted(callsOf(cost), "HubSpot call")} of ≤ ${cost.plannedCalls}`,
    counted(cost.records, "record"),
    cost.cacheHits ? `${cost.cacheHits} from the cache` : "",
    cost.waitedMs ? `waited ${cost.waitedMs.toLocaleString()} ms` : "",
    `${tookMs.toLocaleString()} ms`,
    `${cost.rateLimit.burst.remaining} of ${cost.rateLimit.burst.limit} left`,
  ].filter(Boolean).join(" · ");
}
