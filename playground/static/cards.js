// Cards, alone and in a carousel.

import { h } from "./dom.js";
import { element } from "./elements.js";
import { textNodes } from "./mrkdwn.js";

const ICONS = {
  rocket: "🚀",
  star: "☆",
  "star-filled": "★",
  check: "✓",
  warning: "⚠️",
  calendar: "📅",
  user: "👤",
  heart: "❤️",
  bot: "🤖",
  sparkle: "✨",
  tag: "🏷️",
  globe: "🌐",
  link: "🔗",
  flag: "🚩",
  lightbulb: "💡",
  email: "✉️",
  image: "🖼️",
  file: "📄",
  trash: "🗑️",
  gear: "⚙️",
  info: "ℹ️",
  help: "❓",
  clipboard: "📋",
  bookmark: "🔖",
  "thumbs-up": "👍",
  "thumbs-down": "👎",
};

/** A card block. */
export function card(block, host) {
  const at = { blockId: block.block_id, input: false };
  const hero = block.hero_image
    ? h("div", { class: "card-hero" }, element({ type: "image", ...block.hero_image }, at, host))
    : null;
  const icon = block.icon
    ? element({ type: "image", ...block.icon }, at, host)
    : block.slack_icon
      ? h(
          "span",
          { class: "card-icon", "aria-hidden": "true" },
          ICONS[block.slack_icon.name] ?? "◆",
        )
      : null;
  const part = (name) =>
    block[name] ? h("div", { class: `card-${name}` }, textNodes(block[name], host)) : null;
  return h(
    "article",
    { class: "card", "aria-label": h("div", {}, textNodes(block.title, host)).textContent || null },
    hero,
    h(
      "div",
      { class: "card-main" },
      icon ? h("div", { class: "card-side" }, icon) : null,
      h(
        "div",
        { class: "card-text" },
        part("title"),
        part("subtitle"),
        part("body"),
        part("subtext"),
      ),
    ),
    block.actions?.length
      ? h(
          "div",
          { class: "actions card-actions" },
          block.actions.map((part) => element(part, at, host)),
        )
      : null,
  );
}

/** Cards side by side. */
export function carousel(block, host) {
  const strip = h(
    "div",
    {
      class: "carousel-strip",
      tabindex: 0,
      role: "group",
      "aria-label": `${block.elements.length} cards`,
    },
    block.elements.map((one) => card({ block_id: block.block_id, ...one }, host)),
  );
  const move = (step) => () => strip.scrollBy({ left: step * 280, behavior: "smooth" });
  return h(
    "div",
    { class: "carousel" },
    strip,
    h(
      "div",
      { class: "carousel-buttons" },
      h(
        "button",
        { type: "button", class: "small-button", "aria-label": "Earlier cards", onclick: move(-1) },
        "‹",
      ),
      h(
        "button",
        { type: "button", class: "small-button", "aria-label": "Later cards", onclick: move(1) },
        "›",
      ),
    ),
  );
}
