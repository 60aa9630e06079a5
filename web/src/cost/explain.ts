import { type DirectiveNode, type OperationDefinitionNode, parse, print } from "graphql";
import type { Question } from "../ask/answer";
import { operationOf } from "../table/select";

/** The question with its plan asked for: alone, or with what it really takes. */
export function explained(question: Question, analyze: boolean): Question {
  const document = parse(question.query);
  const operation = operationOf(document, question.operationName);
  const explain = (of: OperationDefinitionNode): OperationDefinitionNode => ({
    ...of,
    directives: [...(of.directives ?? []).filter((d) => d.name.value !== "explain"), directive(analyze)],
  });
  const definitions = document.definitions.map((d) => (d === operation ? explain(operation) : d));
  return { ...question, query: print({ ...document, definitions }) };
}

const plain = parse("query @explain { x }");
const analyzed = parse("query @explain(analyze: true) { x }");

function directive(analyze: boolean): DirectiveNode {
  const [found] = operationOf(analyze ? analyzed : plain)?.directives ?? [];
  if (!found) throw new Error("unreachable: both have one");
  return found;
}
