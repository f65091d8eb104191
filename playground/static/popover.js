// Small panels beside a button: menus, the emoji picker, lists of choices. The browser
// closes them on Escape and on a press elsewhere (popover="auto").

import { h } from "./dom.js";

/** Open `panel` beside `anchor`; answers a function that closes it. */
export function openPopover(anchor, panel, { onclose = () => {}, align = "start" } = {}) {
  panel.setAttribute("popover", "auto");
  panel.classList.add("popover");
  (anchor.closest("dialog") ?? document.body).append(panel);
  anchor.setAttribute("aria-expanded", "true");
  panel.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    anchor.setAttribute("aria-expanded", "false");
    if (panel.contains(document.activeElement) || document.activeElement === document.body)
      anchor.focus();
    panel.remove();
    onclose();
  });
  panel.showPopover();
  place(panel, anchor, align);
  return () => panel.isConnected && panel.hidePopover();
}

/** Below the anchor, or above it where there is more room, always on the screen. */
function place(panel, anchor, align) {
  const at = anchor.getBoundingClientRect();
  const { width, height } = panel.getBoundingClientRect();
  const below = at.bottom + 4 + height <= innerHeight || at.top < innerHeight / 2;
  const left = align === "end" ? at.right - width : at.left;
  panel.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
  panel.style.top = `${Math.max(8, below ? Math.min(at.bottom + 4, innerHeight - height - 8) : at.top - 4 - height)}px`;
}

/** A menu of [{label, onpress, danger, disabled, description, dataset}]; arrows move, Enter presses. */
export function openMenu(anchor, items, { label = "Menu", align = "start" } = {}) {
  let close = () => {};
  const entries = items.map((item) =>
    h(
      "button",
      {
        type: "button",
        role: "menuitem",
        class: item.danger ? "menu-item danger" : "menu-item",
        disabled: item.disabled,
        dataset: item.dataset ?? {},
        onclick: () => {
          close();
          item.onpress();
        },
      },
      h("span", {}, item.label),
      item.description ? h("small", {}, item.description) : null,
    ),
  );
  const menu = h(
    "div",
    {
      role: "menu",
      "aria-label": label,
      class: "menu",
      onkeydown: (event) => arrows(event, entries),
    },
    entries,
  );
  close = openPopover(anchor, menu, { align });
  entries.find((entry) => !entry.disabled)?.focus();
}

/** Move the focus among buttons with the arrow keys. */
function arrows(event, entries) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const now = entries.indexOf(document.activeElement);
  entries.at((now + step + entries.length) % entries.length)?.focus();
}

/** Say something for a few seconds at the foot of the page. */
export function toast(text) {
  const box = document.getElementById("toasts");
  const note = h(
    "div",
    { class: "toast", dataset: { testid: "toast" } },
    h("span", {}, text),
    h("button", { type: "button", "aria-label": "Dismiss", onclick: () => note.remove() }, "×"),
  );
  box.append(note);
  if (box.matches(":popover-open")) box.hidePopover();
  box.showPopover();
  setTimeout(() => note.remove(), 8000);
}
