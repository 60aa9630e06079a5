/** What an answer says of itself, in extensions.hubgraph. */
export interface Cost {
  calls: Record<string, number>;
  plannedCalls: number;
  records: number;
  cacheHits: number;
  waitedMs: number;
  rateLimit: { burst: Allowance; associations: Allowance; search: Allowance; daily?: Allowance };
  dataAsOf?: string;
  stale?: boolean;
  schemaVersion: string;
  errorsOmitted?: number;
  plan?: Plan;
}

/** How many calls a window takes, and how many of them are left. */
export interface Allowance {
  limit: number;
  remaining: number;
}

/** What @explain tells of an operation. */
export interface Plan {
  calls: number;
  allowedCalls: number;
  refused: boolean;
  steps: PlanStep[];
  actual?: Spent;
}

/** What an operation reads by calls of one kind. */
export interface PlanStep {
  id: number;
  after: number[];
  round: number;
  endpoint: string;
  objectType?: string;
  toObjectType?: string;
  what: string;
  why: string;
  paths: string[];
  records: number;
  calls: number;
  actual?: Spent;
}

/** What calls came to; those of several steps together, if it names them. */
export interface Spent {
  calls: number;
  records: number;
  steps?: number[];
}

export const callsOf = (cost: Cost): number => Object.values(cost.calls).reduce((sum, n) => sum + n, 0);

/** A number with its noun, in the singular where there is one. */
export const counted = (n: number, one: string, many = `${one}s`): string => `${n.toLocaleString()} ${n === 1 ? one : many}`;

/** Words for an endpoint's name, such as `batchRead`. */
export const endpointLabel = (name: string): string => name.replace(/([A-Z])/g, " $1").toLowerCase();
