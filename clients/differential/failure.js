import { GraphQLError } from "graphql";

/** An error of that code, for the field that is being resolved. */
export function failure(code, message) {
  return new GraphQLError(message, { extensions: { code } });
}

export const badInput = (message) => failure("BAD_USER_INPUT", message);
