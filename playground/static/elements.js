// The elements of Block Kit: buttons, selects, pickers and inputs.
//
// element(spec, place, host) draws one. `place` says where it stands: {blockId, input,
// dispatch, labelId, helpId, optional}. `host` is the surface it stands on: it holds the
// values (value, keep), sends what was done (act) and knows the people and channels.

import { h, picture, pictureUrl, safeUrl } from "./dom.js";
import { press } from "./actions.js";
import { confirmed } from "./confirm.js";
import { fileInput } from "./files.js";
import { textInput, pickerInput } from "./inputs.js";
import { textNodes, plainText } from "./mrkdwn.js";
import { checkboxes, radioButtons } from "./options.js";
import { openMenu } from "./popover.js";
import { multiSelect, singleSelect } from "./selects.js";

const DRAW = {
  button,
  image,
  overflow,
  feedback_buttons: feedbackButtons,
  icon_button: iconButton,
  workflow_button: workflowButton,
  checkboxes,
  radio_buttons: radioButtons,
  plain_text_input: textInput("text"),
  rich_text_input: textInput("text"),
  email_text_input: textInput("email"),
  url_text_input: textInput("url"),
  number_input: textInput("number"),
  datepicker: pickerInput("date"),
  timepicker: pickerInput("time"),
  datetimepicker: pickerInput("datetime-local"),
  static_select: singleSelect,
  external_select: singleSelect,
  users_select: singleSelect,
  conversations_select: singleSelect,
  channels_select: singleSelect,
  multi_static_select: multiSelect,
  multi_external_select: multiSelect,
  multi_users_select: multiSelect,
  multi_conversations_select: multiSelect,
  multi_channels_select: multiSelect,
  file_input: fileInput,
};

/** Draw any element; one that is not known says so. */
export function element(spec, place, host) {
  const draw = DRAW[spec?.type];
  return draw
    ? draw(spec, place, host)
    : h("span", { class: "unknown" }, `[${spec?.type ?? "nothing"}]`);
}

function button(spec, place, host) {
  const props = {
    class: `button ${spec.style ?? ""}`,
    "aria-label": spec.accessibility_label,
    dataset: { actionId: spec.action_id, blockId: place.blockId, value: spec.value },
  };
  const href = spec.url ? safeUrl(spec.url) : null;
  if (!href) {
    const node = h(
      "button",
      { type: "button", ...props, onclick: () => press(node, spec, place, host, null) },
      textNodes(spec.text, host),
    );
    return node;
  }
  const anchor = h(
    "a",
    {
      ...props,
      href,
      target: "_blank",
      rel: "noopener noreferrer",
      onclick: () => host.act(place.blockId, spec, null),
    },
    textNodes(spec.text, host),
    h("span", { class: "visually-hidden" }, " (opens a new tab)"),
  );
  return anchor;
}

function workflowButton(spec, place, host) {
  return h(
    "button",
    {
      type: "button",
      class: `button ${spec.style ?? ""}`,
      disabled: true,
      title: "Workflows don't run in the playground",
    },
    textNodes(spec.text, host),
  );
}

function iconButton(spec, place, host) {
  const visible = spec.visible_to_user_ids;
  if (visible && !visible.includes(host.viewer.id)) return null;
  const node = h(
    "button",
    {
      type: "button",
      class: "icon-action",
      "aria-label": spec.accessibility_label ?? plainText(spec.text),
      title: plainText(spec.text),
      dataset: { actionId: spec.action_id, blockId: place.blockId },
      onclick: () => press(node, spec, place, host, spec.value ?? null),
    },
    "🗑",
  );
  return node;
}

function feedbackButtons(spec, place, host) {
  const one = (choice, icon) => {
    const node = h(
      "button",
      {
        type: "button",
        class: "icon-action",
        "aria-label": choice.accessibility_label ?? plainText(choice.text),
        title: plainText(choice.text),
        dataset: { actionId: spec.action_id, blockId: place.blockId, value: choice.value },
        onclick: () => press(node, spec, place, host, choice.value),
      },
      icon,
    );
    return node;
  };
  return h(
    "span",
    { class: "feedback" },
    one(spec.positive_button, "👍"),
    one(spec.negative_button, "👎"),
  );
}

function image(spec) {
  return picture(pictureUrl(spec), spec.alt_text, "element-image");
}

function overflow(spec, place, host) {
  const choose = (option) => async () => {
    if (!(await confirmed(spec.confirm, host))) return;
    if (option.url && safeUrl(option.url)) window.open(safeUrl(option.url), "_blank", "noopener");
    await host.act(place.blockId, spec, option.value ?? null);
  };
  const items = (spec.options ?? []).map((option) => ({
    label: plainText(option.text),
    description: plainText(option.description),
    onpress: choose(option),
    dataset: { value: option.value },
  }));
  const node = h(
    "button",
    {
      type: "button",
      class: "button overflow",
      "aria-label": spec.accessibility_label ?? "More options",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      dataset: { actionId: spec.action_id, blockId: place.blockId },
      onclick: () => openMenu(node, items, { label: "More options", align: "end" }),
    },
    "⋯",
  );
  return node;
}
