// What can be done to a message: react, reply, shortcuts, delete.

import { h } from "./dom.js";
import { openMenu, toast } from "./popover.js";
import { openPicker } from "./reactions.js";
import { openThread } from "./route.js";
import { send, store } from "./store.js";

/** The buttons that show at a message. */
export function messageTools(message, thread) {
  const picker = h(
    "button",
    {
      type: "button",
      "aria-label": "Add a reaction",
      title: "Add a reaction",
      "aria-haspopup": "dialog",
      dataset: { control: "react" },
      onclick: () => openPicker(picker, message),
    },
    "☺︎",
  );
  const reply = thread
    ? null
    : h(
        "button",
        {
          type: "button",
          "aria-label": "Reply in thread",
          title: "Reply in thread",
          dataset: { control: "reply" },
          onclick: () => openThread(message.channel, message.thread_ts ?? message.ts),
        },
        "💬",
      );
  const more = h(
    "button",
    {
      type: "button",
      "aria-label": "More actions",
      title: "More actions",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      dataset: { control: "more" },
      onclick: () =>
        openMenu(more, moreItems(message, thread, more), { label: "More actions", align: "end" }),
    },
    "⋮",
  );
  return h(
    "div",
    { class: "message-tools", role: "group", "aria-label": "Message actions" },
    picker,
    reply,
    more,
  );
}

function moreItems(message, thread, anchor) {
  const shortcuts = (store.state.app.shortcuts ?? [])
    .filter((one) => one.type === "message")
    .map((one) => ({
      label: one.name,
      description: store.state.app.name,
      dataset: { shortcut: one.callback_id },
      onpress: () => runShortcut(one, message),
    }));
  const own =
    message.user === store.user
      ? [
          {
            label: "Delete message",
            danger: true,
            onpress: () => send("delete_message", { channel: message.channel, ts: message.ts }),
          },
        ]
      : [];
  const react = { label: "Add a reaction", onpress: () => openPicker(anchor, message) };
  const reply = {
    label: "Reply in thread",
    onpress: () => openThread(message.channel, message.thread_ts ?? message.ts),
  };
  const copy = {
    label: "Copy the message's address",
    onpress: () => navigator.clipboard?.writeText(`${message.channel}/${message.ts}`),
  };
  return [react, ...(thread ? [] : [reply]), ...shortcuts, copy, ...own];
}

async function runShortcut(shortcut, message) {
  const answer = await send("shortcut", {
    callback_id: shortcut.callback_id,
    channel: message.channel,
    ts: message.ts,
  });
  if (!answer.ok) toast(answer.message ?? "The shortcut did not run.");
}
