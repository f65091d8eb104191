// For whoever builds the app: what went wrong, and making Slack misbehave on purpose.

import { h, uniqueId } from "./dom.js";
import { momentOf } from "./dates.js";
import { post } from "./api.js";
import { toast } from "./popover.js";
import { workflowSteps } from "./steps.js";
import { refresh, send, store } from "./store.js";

const REFUSABLE = ["data_visualization", "data_table", "table", "card", "carousel"];
const REPEATABLE = [
  ["event", "last event"],
  ["command", "last command"],
  ["action", "last press"],
  ["submission", "last form"],
];

/** Open the panel of problems, faults and redelivery. */
export function openTools() {
  const titleId = uniqueId("tools");
  const body = h("div", { class: "modal-body" });
  const dialog = h("dialog", {
    class: "modal",
    "aria-labelledby": titleId,
    dataset: { testid: "tools-panel" },
  });
  const close = () => {
    dialog.close();
    dialog.remove();
    document.getElementById("tools").focus();
  };
  const steps = workflowSteps(); // kept: what is typed into it stays
  const draw = () =>
    body.replaceChildren(
      ...[problemList(), refusalList(), steps, delivery(draw), faults(draw)].filter(Boolean),
    );
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    close();
  });
  dialog.append(
    h(
      "header",
      { class: "modal-header" },
      h("h2", { id: titleId }, "Behind the scenes"),
      h(
        "button",
        { type: "button", class: "icon-button", "aria-label": "Close", onclick: close },
        "×",
      ),
    ),
    body,
  );
  document.body.append(dialog);
  draw();
  dialog.showModal();
}

const stamp = (at) => h("time", { class: "quiet" }, momentOf(at, store.state.me.tz));

function problemList() {
  const rows = store.state.problems.map((one) =>
    h("li", {}, h("code", {}, one.kind), " ", one.text, " ", stamp(one.at)),
  );
  return group(
    "What Slack would hide",
    rows.length ? h("ul", { class: "log" }, rows) : h("p", { class: "quiet" }, "No problems."),
  );
}

function refusalList() {
  const rows = store.state.refusals.map((one) =>
    h(
      "li",
      {},
      h("code", {}, one.method),
      " ",
      one.error,
      ...(one.messages ?? []).map((text) => h("div", { class: "quiet" }, text)),
      stamp(one.at),
    ),
  );
  return group(
    "What Slack refused",
    rows.length
      ? h("ul", { class: "log" }, rows)
      : h("p", { class: "quiet" }, "Nothing was refused."),
  );
}

const group = (title, ...parts) =>
  h("section", { class: "tools-group" }, h("h3", {}, title), parts);

function delivery(draw) {
  const repeat = ([kind, words]) =>
    h(
      "button",
      {
        type: "button",
        class: "button",
        onclick: async () => {
          const answer = await post("redeliver", { kind });
          toast(
            answer.ok
              ? `Delivered again, the bot answered ${answer.status}.`
              : (answer.message ?? "There is nothing to repeat."),
          );
        },
      },
      `Repeat the ${words}`,
    );
  const down = h("input", {
    type: "checkbox",
    checked: store.state.bot.down,
    onchange: async (event) => {
      await send("bot", { down: event.target.checked });
      draw();
    },
  });
  const reload = h(
    "button",
    { type: "button", class: "button", onclick: () => send("reload") },
    "Reload Slack (private messages vanish)",
  );
  return group(
    "Delivery",
    h("div", { class: "actions" }, REPEATABLE.map(repeat), reload),
    h("label", { class: "option" }, down, h("span", {}, "The bot is unreachable")),
  );
}

function faults(draw) {
  const refused = new Set(store.state.faults.refused_blocks);
  const toggle = (type) => async (event) => {
    if (event.target.checked) refused.add(type);
    else refused.delete(type);
    await post("faults", { refuse_blocks: [...refused] });
    await refresh();
    draw();
  };
  const box = (type) =>
    h(
      "label",
      { class: "option" },
      h("input", { type: "checkbox", checked: refused.has(type), onchange: toggle(type) }),
      h("code", {}, type),
    );
  const limit = h(
    "button",
    {
      type: "button",
      class: "button",
      onclick: async () => {
        await post("faults", {
          method: "chat.postMessage",
          kind: "rate_limited",
          times: 1,
          retry_after: 2,
        });
        toast("The next chat.postMessage is told to wait 2 s.");
      },
    },
    "Rate-limit the next message",
  );
  return group(
    "An older workspace refuses",
    h("div", { class: "options" }, REFUSABLE.map(box)),
    h("div", { class: "actions" }, limit),
  );
}
