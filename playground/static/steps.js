// Workflow Builder, in short: one step of the app, with what a builder would put into it.

import { h, link, uniqueId } from "./dom.js";
import { momentOf } from "./dates.js";
import { toast } from "./popover.js";
import { send, store } from "./store.js";

const PEOPLE = new Set(["owner", "member", "guest", "stranger"]);
const BY_SLACK = "slack#/types/user_context";
const MOST_SHOWN = 8;

/** The form and what came of the runs; null where the app has no steps. */
export function workflowSteps() {
  const { steps } = store.state.app;
  if (!steps.length) return null;
  const fields = h("div", {});
  const runs = h("ul", { class: "log", "aria-label": "Runs", dataset: { testid: "step-runs" } });
  const which = choice(
    "Step",
    steps.map((one) => [one.callback_id, one.title]),
  );
  const starter = choice("Started by", [
    [store.user, "me"],
    ["", "a clock: nobody in person"],
  ]);
  let inputs = [];
  const chosen = () => steps.find((one) => one.callback_id === which.value());
  const show = () => {
    inputs = chosen()
      .inputs.filter((one) => one.type !== BY_SLACK)
      .map(inputOf);
    fields.replaceChildren(
      h("p", { class: "quiet" }, chosen().description),
      ...inputs.map((one) => one.node),
    );
  };
  which.node.addEventListener("change", show);
  show();
  const run = async (event) => {
    event.preventDefault();
    const given = Object.fromEntries(inputs.map((one) => [one.name, one.value()]));
    const answer = await send("step", {
      callback_id: which.value(),
      started_by: starter.value() || null,
      inputs: given,
    });
    if (!answer.ok) toast(answer.message);
  };
  const draw = () =>
    runs.replaceChildren(...store.state.step_runs.slice(0, MOST_SHOWN).map(shownRun));
  draw();
  const listen = () => {
    if (runs.isConnected) draw();
    else store.listeners.splice(store.listeners.indexOf(listen), 1);
  };
  setTimeout(() => store.listeners.push(listen)); // once it is in the page
  const form = h(
    "form",
    { class: "step-form", onsubmit: run, dataset: { testid: "step-form" } },
    which.node,
    fields,
    starter.node,
    h(
      "div",
      { class: "actions" },
      h("button", { type: "submit", class: "button" }, "Run the workflow"),
    ),
  );
  return h("section", { class: "tools-group" }, h("h3", {}, "A workflow of one step"), form, runs);
}

function shownRun(one) {
  const by = one.user
    ? (store.state.users.find((user) => user.id === one.user)?.display_name ?? one.user)
    : "a clock";
  const outputs = Object.entries(one.outputs).map(([name, value]) =>
    h("div", { class: "quiet" }, `${name}: `, shown(value)),
  );
  return h(
    "li",
    {},
    h("code", {}, one.state),
    ` ${one.title}, started by ${by} `,
    h("time", { class: "quiet" }, momentOf(one.at, store.state.me.tz)),
    one.error ? h("div", {}, one.error) : null,
    outputs,
  );
}

const shown = (value) =>
  /^https?:/.test(String(value)) ? link(value, String(value)) : String(value);

function inputOf(parameter) {
  const title = parameter.is_required ? parameter.title : `${parameter.title} (optional)`;
  if (parameter.type === "slack#/types/channel_id") return named(parameter, channels(title));
  if (parameter.type === "array") return named(parameter, people(title));
  return named(parameter, text(title, parameter.hint));
}

const named = (parameter, input) => ({ name: parameter.name, ...input });

const channels = (title) =>
  choice(title, [
    ["", "none"],
    ...store.state.channels
      .filter((one) => !one.is_im)
      .map((one) => [one.id, `${one.is_private ? "🔒 " : "#"}${one.name}`]),
  ]);

function choice(title, options) {
  const id = uniqueId("step");
  const select = h(
    "select",
    { id, class: "select" },
    options.map(([value, words]) => h("option", { value }, words)),
  );
  return { node: labelled(id, title, select), value: () => select.value };
}

function text(title, hint) {
  const id = uniqueId("step");
  const input = h("input", { id, type: "text", class: "text-input", autocomplete: "off" });
  return { node: labelled(id, title, input, hint), value: () => input.value };
}

function people(title) {
  const boxes = store.state.users
    .filter((one) => PEOPLE.has(one.role) && !one.deleted)
    .map((one) => [one.id, h("input", { type: "checkbox" }), one.display_name]);
  const node = h(
    "fieldset",
    { class: "step-field" },
    h("legend", {}, title),
    h(
      "div",
      { class: "options" },
      boxes.map(([, box, name]) => h("label", { class: "option" }, box, h("span", {}, name))),
    ),
  );
  return { node, value: () => boxes.filter(([, box]) => box.checked).map(([id]) => id) };
}

const labelled = (id, title, input, hint) =>
  h(
    "div",
    { class: "step-field" },
    h("label", { for: id }, title),
    input,
    hint ? h("p", { class: "quiet" }, hint) : null,
  );
