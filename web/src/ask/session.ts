import { create } from "zustand";
import type { Answer, Question } from "./answer";

/** A question that was asked from a tab, and what came of it. */
export interface Asked {
  question: Question;
  headers: Record<string, string>;
  answer: Answer;
  tookMs: number;
}

interface Session {
  /** Kept here alone: it is gone with the page. */
  apiKey: string;
  /** Whether the gateway refused for want of a good API key. */
  keyWanted: boolean;
  /** The last question of each tab of the editor. */
  asked: Record<string, Asked>;
  /** The version of the schema in the editor, and the one last heard of. */
  loadedVersion: string;
  heardVersion: string;
}

/** What the parts of the page have in common, until it is closed. */
export const useSession = create<Session>(() => ({
  apiKey: "",
  keyWanted: false,
  asked: {},
  loadedVersion: "",
  heardVersion: "",
}));

/** Takes note of what every answer tells besides its data. */
export function heed(answer: Answer): void {
  const heardVersion = answer.extensions?.hubgraph?.schemaVersion;
  const code = answer.errors?.[0]?.extensions?.code;
  useSession.setState({
    keyWanted: code === "UNAUTHENTICATED",
    ...(heardVersion ? { heardVersion } : {}),
  });
}
