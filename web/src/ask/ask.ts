import type { Answer, Question } from "./answer";
import { graphqlURL } from "./endpoint";
import { parseExact } from "./exact";

/** Headers of every request: the API key, if there is one. */
export function credentials(apiKey: string): Record<string, string> {
  return apiKey ? { Authorization: `Bearer ${apiKey}` } : {};
}

/**
 * Asks the portal's graph. What comes back is an answer even where something in
 * between refused: that is an error of it. Only being cut off is thrown.
 */
export async function ask(
  question: Question,
  apiKey: string,
  signal?: AbortSignal,
  headers?: Record<string, string>,
): Promise<Answer> {
  const response = await fetch(graphqlURL, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/graphql-response+json, application/json;q=0.9",
      ...credentials(apiKey),
      ...headers,
    },
    body: JSON.stringify(question),
    signal,
  });
  const text = await response.text();
  try {
    return parseExact(text) as Answer;
  } catch {
    const message = `The server answered ${response.status} ${response.statusText} and not GraphQL: ${text.slice(0, 300)}`;
    return { errors: [{ message }] };
  }
}
