// The confirm dialog that may stand before a button or a choice.

import { h, uniqueId } from "./dom.js";
import { plainText, textNodes } from "./mrkdwn.js";

/** Ask a Slack confirm object's question; true when there is nothing to ask. */
export function confirmed(confirm, ctx) {
  if (!confirm) return Promise.resolve(true);
  return ask({
    title: plainText(confirm.title),
    body: textNodes(confirm.text, ctx),
    yes: plainText(confirm.confirm) || "Yes",
    no: plainText(confirm.deny) || "Cancel",
    danger: confirm.style === "danger",
  });
}

/** Ask a question in a small dialog; true when answered with yes. */
function ask({ title, body, yes, no, danger = false }) {
  return new Promise((answer) => {
    const titleId = uniqueId("confirm");
    const back = document.activeElement;
    const dialog = h("dialog", {
      class: "confirm",
      "aria-labelledby": titleId,
      dataset: { testid: "confirm" },
    });
    const close = (result) => {
      dialog.close();
      dialog.remove();
      back?.focus?.();
      answer(result);
    };
    dialog.append(
      h("h2", { id: titleId }, title || "Are you sure?"),
      h("div", { class: "confirm-body" }, body),
      h(
        "div",
        { class: "confirm-buttons" },
        h(
          "button",
          {
            type: "button",
            class: "button",
            dataset: { testid: "deny" },
            onclick: () => close(false),
          },
          no,
        ),
        h(
          "button",
          {
            type: "button",
            class: `button ${danger ? "danger" : "primary"}`,
            dataset: { testid: "confirm-yes" },
            onclick: () => close(true),
          },
          yes,
        ),
      ),
    );
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      close(false);
    });
    document.body.append(dialog);
    dialog.showModal();
    dialog.querySelector(".confirm-buttons .button:last-child").focus();
  });
}
