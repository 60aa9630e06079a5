import type { Storage } from "@graphiql/toolkit";

/** A part of localStorage that no other page of this origin writes to. */
export function storageOf(folder: string): Storage {
  const prefix = `hubgraph:${folder}:`;
  const keys = () => Object.keys(localStorage).filter((key) => key.startsWith(prefix));
  return {
    get length() {
      return keys().length;
    },
    getItem: (key) => localStorage.getItem(prefix + key),
    setItem: (key, value) => localStorage.setItem(prefix + key, value),
    removeItem: (key) => localStorage.removeItem(prefix + key),
    clear: () => keys().forEach((key) => localStorage.removeItem(key)),
  };
}
