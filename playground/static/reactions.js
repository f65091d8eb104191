// Reaction chips under a message and the picker that adds one.

import { h } from "./dom.js";
import { emojiChar, emojiName, emojiNamed, QUICK } from "./emoji.js";
import { namesOf } from "./mrkdwn.js";
import { openPopover, toast } from "./popover.js";
import { send, store } from "./store.js";
import { reader } from "./surface.js";

/** Add or take away this person's reaction. */
async function react(message, name, on) {
  const answer = await send("react", { channel: message.channel, ts: message.ts, name, on });
  if (!answer.ok) toast(answer.message ?? "That reaction was not saved.");
}

/** The row of chips; pressing one adds or removes one's own. */
export function reactionRow(message) {
  if (!message.reactions?.length) return null;
  const add = h(
    "button",
    {
      type: "button",
      class: "reaction add",
      "aria-label": "Add a reaction",
      "aria-haspopup": "dialog",
      dataset: { control: "add-reaction" },
      onclick: () => openPicker(add, message),
    },
    "☺︎+",
  );
  return h(
    "div",
    { class: "reactions", role: "group", "aria-label": "Reactions" },
    message.reactions.map((one) => chip(message, one)),
    add,
  );
}

function chip(message, reaction) {
  const mine = reaction.users.includes(store.user);
  const spoken = `:${reaction.name}:`;
  const who = namesOf(reaction.users, reader());
  const props = {
    type: "button",
    class: mine ? "reaction mine" : "reaction",
    "aria-pressed": String(mine),
    title: `${who} reacted with ${spoken}`,
    "aria-label": `${reaction.name.replace(/_/g, " ")}: ${reaction.count}, ${who}. ${mine ? "Press to remove yours." : "Press to add yours."}`,
    dataset: { reaction: reaction.name },
    onclick: () => react(message, reaction.name, !reaction.users.includes(store.user)),
  };
  return h(
    "button",
    props,
    h("span", { class: "emoji", "aria-hidden": "true" }, emojiChar(reaction.name)),
    h("span", { class: "count" }, reaction.count),
  );
}

/** The picker: the usual seven, and any other by name. */
export function openPicker(anchor, message) {
  let close = () => {};
  const add = (name) => {
    if (!name) return;
    close();
    const mine = message.reactions?.some(
      (one) => one.name === name && one.users.includes(store.user),
    );
    react(message, name, !mine);
  };
  const found = h("div", { class: "picker-found" });
  const field = h("input", {
    type: "text",
    class: "text-input",
    placeholder: "Emoji name, e.g. rocket",
    "aria-label": "Emoji name",
    autocomplete: "off",
    dataset: { testid: "emoji-name" },
  });
  const look = () =>
    found.replaceChildren(
      ...(field.value.trim() ? emojiNamed(emojiName(field.value)).map(choice) : []),
    );
  const choice = (name) =>
    h(
      "button",
      {
        type: "button",
        class: "emoji-choice",
        title: `:${name}:`,
        "aria-label": name,
        dataset: { emoji: name },
        onclick: () => add(name),
      },
      emojiChar(name),
    );
  field.addEventListener("input", look);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      add(emojiName(field.value));
    }
  });
  const panel = h(
    "div",
    {
      class: "picker",
      role: "dialog",
      "aria-label": "Add a reaction",
      dataset: { testid: "picker" },
    },
    h("div", { class: "picker-quick" }, QUICK.map(choice)),
    field,
    found,
  );
  close = openPopover(anchor, panel, { align: "end" });
  panel.querySelector(".emoji-choice").focus();
}
