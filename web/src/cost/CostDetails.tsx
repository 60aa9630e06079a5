import { type Allowance, callsOf, type Cost, counted, endpointLabel } from "./cost";

/** All that an answer says of its cost. */
export function CostDetails({ cost, tookMs }: { cost: Cost; tookMs: number }) {
  const calls = Object.entries(cost.calls).sort(([, a], [, b]) => b - a);
  const most = Math.max(1, ...calls.map(([, n]) => n));
  return (
    <div className="hg-cost">
      <dl className="hg-tiles">
        <Tile name="HubSpot calls" value={callsOf(cost)} more={`${cost.plannedCalls} planned at most`} />
        <Tile name="Records" value={cost.records} more="in the answer" />
        <Tile name="From the cache" value={cost.cacheHits} more="reads saved" />
        <Tile name="Waited" value={`${cost.waitedMs.toLocaleString()} ms`} more={`for the allowance, of ${tookMs.toLocaleString()} ms`} />
      </dl>
      <section>
        <h3>Calls by endpoint</h3>
        {calls.length === 0 ? <p className="hg-quiet">None: all of it was known.</p> : null}
        <ul className="hg-bars">
          {calls.map(([name, n]) => (
            <li key={name}>
              <span>{endpointLabel(name)}</span>
              <span className="hg-bar"><span style={{ width: `${(100 * n) / most}%` }} /></span>
              <span>{n}</span>
            </li>
          ))}
        </ul>
      </section>
      <section>
        <h3>Allowance left</h3>
        <ul className="hg-bars">
          <Left name="burst" of={cost.rateLimit.burst} />
          <Left name="associations" of={cost.rateLimit.associations} />
          <Left name="search" of={cost.rateLimit.search} />
          {cost.rateLimit.daily ? <Left name="today" of={cost.rateLimit.daily} /> : null}
        </ul>
      </section>
      <p className="hg-quiet">
        {cost.dataAsOf ? `HubSpot was asked at ${new Date(cost.dataAsOf).toLocaleTimeString()} for the oldest part of it. ` : ""}
        {cost.stale ? "Some of it is older than usual, as HubSpot is unavailable. " : ""}
        {cost.errorsOmitted ? `${counted(cost.errorsOmitted, "error")} more than it shows.` : ""}
      </p>
    </div>
  );
}

function Tile({ name, value, more }: { name: string; value: number | string; more: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <strong>{typeof value === "number" ? value.toLocaleString() : value}</strong>
        <span className="hg-quiet">{more}</span>
      </dd>
    </div>
  );
}

function Left({ name, of }: { name: string; of: Allowance }) {
  return (
    <li>
      <span>{name}</span>
      <span className="hg-bar hg-left"><span style={{ width: `${of.limit ? (100 * of.remaining) / of.limit : 0}%` }} /></span>
      <span>{of.remaining.toLocaleString()} of {of.limit.toLocaleString()}</span>
    </li>
  );
}
