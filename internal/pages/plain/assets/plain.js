"use strict";

// The page's form: asks the endpoint beside the page, and shows the answer.
const element = (id) => document.getElementById(id);
const endpoint = new URL("graphql", location.href);

element("endpoint").textContent = endpoint.href;
element("query").value = JSON.parse(element("settings").textContent).exampleQuery;

const form = document.querySelector("form");
form.addEventListener("submit", (event) => {
  event.preventDefault();
  run();
});
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run();
});

async function run() {
  element("cost").textContent = "Asking…";
  element("answer").textContent = "";
  try {
    const answer = await ask();
    element("cost").textContent = costOf(answer);
    element("answer").textContent = JSON.stringify(answer, null, 2);
  } catch (error) {
    element("cost").textContent = `That did not work: ${error.message}`;
  }
}

async function ask() {
  const headers = { "Content-Type": "application/json" };
  const key = element("key").value.trim();
  if (key) headers.Authorization = `Bearer ${key}`;
  const variables = element("variables").value.trim();
  const response = await fetch(endpoint, {
    method: "POST",
    headers,
    body: JSON.stringify({ query: element("query").value, variables: variables ? JSON.parse(variables) : undefined }),
  });
  return response.json();
}

function costOf({ errors, extensions }) {
  const cost = extensions?.hubgraph;
  const failed = errors?.length ? `${errors.length} errors. ` : "";
  if (!cost) return failed || "Answered.";
  const calls = Object.values(cost.calls).reduce((sum, n) => sum + n, 0);
  return `${failed}${calls} HubSpot calls of at most ${cost.plannedCalls}, ${cost.records} records.`;
}
