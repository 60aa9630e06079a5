import type { Fetcher, FetcherParams } from "@graphiql/toolkit";
import type { Answer, Question } from "./answer";
import { ask } from "./ask";
import { heed, useSession } from "./session";

/** The name of the editor's own question for the schema. */
export const introspectionName = "IntrospectionQuery";

/**
 * What GraphiQL asks with. The Stop button ends the request, and with it what
 * the gateway asks of HubSpot for it. activeTab tells where the answer belongs.
 */
export function newFetcher(activeTab: () => string): Fetcher {
  return (params, options) => {
    const headers = (options?.headers ?? {}) as Record<string, string>;
    const question = questionOf(params);
    if (question.operationName === introspectionName) return introspect(question, headers);
    return stoppable((signal) => askFrom(activeTab(), question, headers, signal)) as unknown as ReturnType<Fetcher>;
  };
}

function questionOf({ query, variables, operationName }: FetcherParams): Question {
  return {
    query,
    ...(variables ? { variables: variables as Record<string, unknown> } : {}),
    ...(operationName ? { operationName } : {}),
  };
}

async function introspect(question: Question, headers: Record<string, string>) {
  const answer = await ask(question, useSession.getState().apiKey, undefined, headers);
  heed(answer);
  const loadedVersion = answer.extensions?.hubgraph?.schemaVersion;
  if (answer.data && loadedVersion) useSession.setState({ loadedVersion });
  return answer as Awaited<ReturnType<Fetcher>>;
}

async function askFrom(tab: string, question: Question, headers: Record<string, string>, signal: AbortSignal) {
  const began = performance.now();
  const answer = await ask(question, useSession.getState().apiKey, signal, headers);
  const tookMs = Math.round(performance.now() - began);
  heed(answer);
  useSession.setState(({ asked }) => ({ asked: { ...asked, [tab]: { question, headers, answer, tookMs } } }));
  return answer;
}

interface Observer {
  next(answer: Answer): void;
  error(error: unknown): void;
  complete(): void;
}

/** An observable of one answer, whose request ends with the subscription. */
function stoppable(run: (signal: AbortSignal) => Promise<Answer>) {
  return {
    subscribe(observer: Observer) {
      const stop = new AbortController();
      run(stop.signal).then(
        (answer) => {
          observer.next(answer);
          observer.complete();
        },
        (error: unknown) => {
          if (!stop.signal.aborted) observer.error(error);
        },
      );
      return { unsubscribe: () => stop.abort() };
    },
  };
}
