// The blocks of Block Kit, data in, DOM nodes out. `host` is the surface: see elements.js.

import { h, hidden, link, picture, pictureUrl, uniqueId } from "./dom.js";
import { card, carousel } from "./cards.js";
import { chart } from "./charts.js";
import { element } from "./elements.js";
import { markdown } from "./markdown.js";
import { plainText, textNodes } from "./mrkdwn.js";
import { richText } from "./richtext.js";
import { dataTable, table } from "./tables.js";

const DRAW = {
  header,
  section,
  context,
  actions,
  image,
  input,
  alert,
  card,
  carousel,
  container,
  video,
  table,
  file,
  divider: () => h("hr", { class: "divider" }),
  rich_text: richText,
  markdown: (block) => markdown(block.text),
  data_table: dataTable,
  data_visualization: chart,
  context_actions: (block, host) => actions(block, host, "context-actions"),
};

/** Every block of a message or view, each in a wrapper that carries its block_id. */
export function blocks(list, host) {
  return (list ?? []).map((block) =>
    h(
      "div",
      { class: `block block-${block.type}`, dataset: { blockId: block.block_id } },
      one(block, host),
    ),
  );
}

function one(block, host) {
  const draw = DRAW[block.type];
  return draw ? draw(block, host) : h("p", { class: "unknown" }, `[${block.type} block]`);
}

const place = (block) => ({ blockId: block.block_id, input: false });

function header(block) {
  return h("h3", { class: "block-header" }, plainText(block.text));
}

function section(block, host) {
  const textId = uniqueId("section");
  const at = {
    ...place(block),
    labelId: needsLabel(block.accessory) && block.text ? textId : undefined,
  };
  return h(
    "div",
    { class: "section" },
    h(
      "div",
      { class: "section-body" },
      block.text
        ? h("div", { id: textId, class: "section-text" }, textNodes(block.text, host))
        : null,
      block.fields
        ? h(
            "div",
            { class: "fields" },
            block.fields.map((field) => h("div", { class: "field" }, textNodes(field, host))),
          )
        : null,
    ),
    block.accessory
      ? h(
          "div",
          { class: `accessory accessory-${block.accessory.type}` },
          element(block.accessory, at, host),
        )
      : null,
  );
}

const needsLabel = (accessory) =>
  accessory && !["button", "overflow", "image"].includes(accessory.type);

function context(block, host) {
  return h(
    "div",
    { class: "context" },
    (block.elements ?? []).map((part) =>
      h(
        "span",
        { class: "context-part" },
        part.type === "image" ? element(part, place(block), host) : textNodes(part, host),
      ),
    ),
  );
}

function actions(block, host, className = "actions") {
  return h(
    "div",
    { class: className },
    (block.elements ?? []).map((part) => element(part, place(block), host)),
  );
}

function image(block, host) {
  return h(
    "figure",
    { class: "image-block" },
    block.title ? h("figcaption", {}, textNodes(block.title, host)) : null,
    picture(pictureUrl(block), block.alt_text),
  );
}

function input(block, host) {
  const error = host.errors?.[block.block_id];
  const [labelId, hintId, errorId] = [uniqueId("label"), uniqueId("hint"), uniqueId("error")];
  const helpId = [block.hint && hintId, error && errorId].filter(Boolean).join(" ") || undefined;
  const at = {
    blockId: block.block_id,
    input: true,
    dispatch: block.dispatch_action === true,
    optional: block.optional === true,
    labelId,
    helpId,
  };
  const control = element(block.element, at, host);
  const focus = () =>
    control.querySelector?.("input, select, textarea, button")?.focus() ?? control.focus();
  if (error)
    (control.matches("input, select, textarea")
      ? control
      : control.querySelector("[data-action-id]")
    )?.setAttribute("aria-invalid", "true");
  return h(
    "div",
    { class: error ? "input invalid" : "input" },
    h(
      "div",
      { class: "input-label", id: labelId, onclick: focus },
      plainText(block.label),
      block.optional ? h("span", { class: "quiet" }, " (optional)") : null,
    ),
    control,
    error
      ? h(
          "div",
          { class: "input-error", id: errorId, role: "alert", dataset: { testid: "error" } },
          error,
        )
      : null,
    block.hint ? h("div", { class: "hint", id: hintId }, plainText(block.hint)) : null,
  );
}

const LEVELS = {
  default: ["💬", "Note"],
  info: ["ℹ️", "Information"],
  warning: ["⚠️", "Warning"],
  error: ["⛔", "Error"],
  success: ["✅", "Done"],
};

function alert(block, host) {
  const [icon, word] = LEVELS[block.level] ?? LEVELS.default;
  return h(
    "div",
    { class: `alert alert-${block.level ?? "default"}`, role: "note" },
    h("span", { "aria-hidden": "true" }, icon),
    h("div", {}, hidden(`${word}: `), textNodes(block.text, host)),
  );
}

function container(block, host) {
  const title = block.rich_text_title
    ? richText(block.rich_text_title, host)
    : plainText(block.title);
  const inside = [
    block.subtitle ? h("div", { class: "quiet" }, textNodes(block.subtitle, host)) : null,
    blocks(block.child_blocks, host),
  ];
  if (!block.is_collapsible)
    return h("section", { class: "container-block" }, h("h4", {}, title), inside);
  return h(
    "details",
    { class: "container-block", open: !block.default_collapsed },
    h("summary", {}, title),
    inside,
  );
}

function video(block, host) {
  return h(
    "div",
    { class: "video" },
    link(block.title_url ?? block.video_url, plainText(block.title)),
    block.description ? h("div", {}, textNodes(block.description, host)) : null,
  );
}

function file(block) {
  return h("span", { class: "quiet" }, `File ${block.external_id ?? ""}`);
}
