"use strict";

// A part of localStorage that no other GraphiQL of this origin writes to.
const storage = {
  prefix: "hubgraph:",
  keys() {
    return Object.keys(localStorage).filter((key) => key.startsWith(this.prefix));
  },
  get length() {
    return this.keys().length;
  },
  getItem(key) {
    return localStorage.getItem(this.prefix + key);
  },
  setItem(key, value) {
    localStorage.setItem(this.prefix + key, value);
  },
  removeItem(key) {
    localStorage.removeItem(this.prefix + key);
  },
  clear() {
    this.keys().forEach((key) => localStorage.removeItem(key));
  },
};

function start() {
  const root = document.getElementById("graphiql");
  const settings = JSON.parse(document.getElementById("settings").textContent);
  if (typeof GraphiQL === "undefined" || typeof ReactDOM === "undefined") {
    root.firstElementChild.textContent =
      "GraphiQL could not be loaded from cdn.jsdelivr.net. The API works without it: POST queries to " +
      new URL(settings.endpoint, location.href);
    return;
  }
  const plugins = typeof GraphiQLPluginExplorer === "undefined" ? [] : [GraphiQLPluginExplorer.explorerPlugin()];
  ReactDOM.createRoot(root).render(
    React.createElement(GraphiQL, {
      fetcher: GraphiQL.createFetcher({ url: new URL(settings.endpoint, location.href).href }),
      defaultQuery: settings.exampleQuery,
      inputValueDeprecation: true,
      plugins,
      shouldPersistHeaders: false,
      storage,
    }),
  );
}

start();
