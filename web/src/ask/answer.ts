import type { Cost } from "../cost/cost";

/** A GraphQL request. */
export interface Question {
  query: string;
  variables?: Record<string, unknown>;
  operationName?: string;
}

/** A GraphQL error as hubgraph tells it. */
export interface AnswerError {
  message: string;
  path?: (string | number)[];
  extensions?: { code?: string; retryAfterMs?: number; [key: string]: unknown };
}

/** What hubgraph answers. */
export interface Answer {
  data?: Record<string, unknown> | null;
  errors?: AnswerError[];
  extensions?: { hubgraph?: Cost };
}

/** The code of the first error of an answer, if it has one. */
export const codeOf = (answer: Answer): string | undefined => answer.errors?.[0]?.extensions?.code;
