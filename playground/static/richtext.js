// The rich_text block: text that was typed with a toolbar, already taken apart.

import { h, link } from "./dom.js";
import { emojiChar } from "./emoji.js";
import { broadcast, channelMention, emojiSpan, moment, plain, userMention } from "./mrkdwn.js";

const WRAPPERS = [
  ["code", "code"],
  ["strike", "s"],
  ["italic", "em"],
  ["bold", "strong"],
  ["underline", "u"],
];

/** The parts of a rich_text block. */
export function richText(block, ctx) {
  return h(
    "div",
    { class: "rich-text" },
    (block.elements ?? []).map((part) => richPart(part, ctx)),
  );
}

function richPart(part, ctx) {
  switch (part.type) {
    case "rich_text_list":
      return richList(part, ctx);
    case "rich_text_quote":
      return h("blockquote", {}, inlineParts(part, ctx));
    case "rich_text_preformatted":
      return h("pre", { class: "code-block" }, inlineParts(part, ctx));
    default:
      return h("div", { class: "line" }, inlineParts(part, ctx));
  }
}

const inlineParts = (part, ctx) => (part.elements ?? []).map((element) => inlinePart(element, ctx));

function richList(part, ctx) {
  const ordered = part.style === "ordered";
  const items = (part.elements ?? []).map((section) => h("li", {}, inlineParts(section, ctx)));
  const className = `rich-list depth-${(part.indent ?? 0) % 3}${part.border ? " bordered" : ""}`;
  const props = { class: className, style: { "--indent": part.indent ?? 0 } };
  return ordered
    ? h("ol", { ...props, start: (part.offset ?? 0) + 1 }, items)
    : h("ul", props, items);
}

function inlinePart(element, ctx) {
  const style = element.style ?? {};
  return WRAPPERS.reduce(
    (node, [name, tag]) => (style[name] ? h(tag, {}, node) : node),
    bare(element, ctx),
  );
}

function bare(element, ctx) {
  switch (element.type) {
    case "text":
      return h("span", {}, plain(element.text));
    case "link":
      return link(element.url, element.text || element.url);
    case "emoji":
      return emojiSpan(emojiText(element), element.name);
    case "user":
      return userMention(element.user_id, ctx);
    case "channel":
      return channelMention(element.channel_id, ctx);
    case "usergroup":
      return broadcast("@group");
    case "broadcast":
      return broadcast(`@${element.range}`);
    case "date":
      return moment(element.timestamp, element.format, element.fallback, element.url, ctx);
    case "color":
      return h(
        "span",
        {},
        h("span", { class: "swatch", style: { "background-color": element.value } }),
        element.value,
      );
    default:
      return h("span", {}, element.text ?? element.fallback ?? "");
  }
}

function emojiText(element) {
  if (element.unicode)
    return String.fromCodePoint(...element.unicode.split("-").map((part) => parseInt(part, 16)));
  return emojiChar(
    element.skin_tone ? `${element.name}::skin-tone-${element.skin_tone}` : element.name,
  );
}
