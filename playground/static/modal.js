// The stack of modals; the last one is on the screen.

import { h, uniqueId } from "./dom.js";
import { avatar } from "./avatar.js";
import { blocks } from "./blocks.js";
import { plainText } from "./mrkdwn.js";
import { rememberFocus } from "./reconcile.js";
import { appUser, send, store } from "./store.js";
import { hostOf } from "./surface.js";

let dialog = null;
let drawn = { id: null, signature: null };
let opener = null;

/** Show the top modal of the present person, or none. */
export function drawModal() {
  const view = store.state.modals.at(-1);
  if (!view) return hide();
  const signature = JSON.stringify([
    { ...view, values: null },
    store.state.modals.length,
    store.user,
  ]);
  if (drawn.signature === signature) return undefined;
  const sameView = drawn.id === view.id && dialog !== null;
  if (dialog === null) open();
  const content = viewNode(view);
  const top = sameView ? dialog.querySelector(".modal-body").scrollTop : 0;
  const restore = sameView ? rememberFocus(dialog) : () => {};
  dialog.replaceChildren(content);
  content.querySelector(".modal-body").scrollTop = top;
  restore(dialog);
  if (!dialog.contains(document.activeElement) || document.activeElement === dialog)
    focusFirst(view, sameView);
  drawn = { id: view.id, signature };
  return undefined;
}

function open() {
  opener = document.activeElement;
  dialog = h("dialog", { class: "modal", dataset: { testid: "modal" } });
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    if (event.target === dialog) close(false);
  });
  document.body.append(dialog);
  dialog.showModal();
}

function hide() {
  if (dialog === null) return;
  dialog.close();
  dialog.remove();
  dialog = null;
  drawn = { id: null, signature: null };
  (opener?.isConnected && opener !== document.body
    ? opener
    : document.querySelector("[data-testid=composer]")
  )?.focus();
}

/** The first field with a mistake, the field that asks for it, else the first field. */
function focusFirst(view, sameView) {
  const body = dialog.querySelector(".modal-body");
  const wrong = body.querySelector("[aria-invalid=true]");
  const first =
    body.querySelector("[autofocus]") ??
    body.querySelector(".input :is(input, select, textarea, button):not([disabled])");
  (
    wrong ??
    (sameView ? null : first) ??
    dialog.querySelector("[data-testid=submit], [data-testid=close]")
  )?.focus({ preventScroll: sameView && !wrong });
  wrong?.closest(".input").scrollIntoView({ block: "nearest" });
}

function close(all) {
  const view = store.state.modals.at(-1);
  return view && send("close", { view_id: view.id, all });
}

function viewNode(view) {
  const titleId = uniqueId("modal");
  const host = hostOf(
    `view ${view.id}`,
    { view_id: view.id },
    view.blocks,
    view.values,
    view.errors ?? {},
  );
  const form = h("form", {
    class: "modal-form",
    novalidate: true,
    dataset: { view: view.id, callbackId: view.callback_id },
  });
  dialog.setAttribute("aria-labelledby", titleId);
  const back = store.state.modals.length > 1;
  form.append(
    h(
      "header",
      { class: "modal-header" },
      back
        ? h(
            "button",
            {
              type: "button",
              class: "icon-button",
              "aria-label": "Back",
              onclick: () => close(false),
            },
            "‹",
          )
        : avatar(appUser(), true),
      h("h2", { id: titleId }, plainText(view.title)),
      h(
        "button",
        {
          type: "button",
          class: "icon-button",
          "aria-label": "Close all",
          dataset: { testid: "close-all" },
          onclick: () => close(true),
        },
        "×",
      ),
    ),
    h(
      "div",
      { class: "modal-body", tabindex: -1 },
      view.warning ? h("div", { class: "warning", role: "alert" }, "⚠️ ", view.warning) : null,
      blocks(view.blocks, host),
    ),
    footer(view),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(form, view, host);
  });
  return form;
}

function footer(view) {
  return h(
    "footer",
    { class: "modal-footer" },
    h(
      "button",
      {
        type: "button",
        class: "button",
        dataset: { testid: "close" },
        onclick: () => close(false),
      },
      plainText(view.close) || (view.submit ? "Cancel" : "Close"),
    ),
    view.submit
      ? h(
          "button",
          {
            type: "submit",
            class: "button primary",
            dataset: { testid: "submit" },
            disabled: view.submit_disabled,
          },
          plainText(view.submit),
        )
      : null,
  );
}

async function submit(form, view, host) {
  const button = form.querySelector("[data-testid=submit]");
  if (!button || button.disabled || button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  form.classList.add("loading");
  const answer = await send("submit", { view_id: view.id, values: host.values() });
  button.removeAttribute("aria-busy");
  form.classList.remove("loading");
  if (!answer.ok) explain(form, answer);
}

/** Errors are in the view's own state; anything else is said above the fields. */
function explain(form, answer) {
  const current = dialog?.querySelector(".modal-form") ?? form;
  const wrong = current.querySelector("[aria-invalid=true]");
  if (wrong) {
    wrong.focus();
    wrong.closest(".input").scrollIntoView({ block: "nearest" });
    return;
  }
  if (current.querySelector(".warning")) return;
  current
    .querySelector(".modal-body")
    .prepend(
      h(
        "div",
        { class: "warning", role: "alert" },
        "⚠️ ",
        answer.message ?? "That did not work. Please try again.",
      ),
    );
}
