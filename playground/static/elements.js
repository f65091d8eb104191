// The elements of Block Kit: buttons, selects, pickers and inputs.
//
// element(spec, place, host) draws one. `place` says where it stands: {blockId, input,
// dispatch, labelId, helpId, optional}. `host` is the surface it stands on: it holds the
// values (value, keep), sends what was done (act) and knows the people and channels.

import { h, picture, pictureUrl, safeUrl, uniqueId } from "./dom.js";
import { changed, naming, press } from "./actions.js";
import { confirmed } from "./confirm.js";
import { instantOf, localOf } from "./dates.js";
import { fileInput } from "./files.js";
import { textNodes, plainText } from "./mrkdwn.js";
import { openMenu } from "./popover.js";
import { multiSelect, singleSelect } from "./selects.js";

const DRAW = {
  button, image, overflow, feedback_buttons: feedbackButtons, icon_button: iconButton,
  workflow_button: workflowButton, checkboxes, radio_buttons: radioButtons,
  plain_text_input: textInput("text"), rich_text_input: textInput("text"),
  email_text_input: textInput("email"), url_text_input: textInput("url"), number_input: textInput("number"),
  datepicker: pickerInput("date"), timepicker: pickerInput("time"), datetimepicker: pickerInput("datetime-local"),
  static_select: singleSelect, external_select: singleSelect, users_select: singleSelect,
  conversations_select: singleSelect, channels_select: singleSelect,
  multi_static_select: multiSelect, multi_external_select: multiSelect, multi_users_select: multiSelect,
  multi_conversations_select: multiSelect, multi_channels_select: multiSelect,
  file_input: fileInput,
};

/** Draw any element; one that is not known says so. */
export function element(spec, place, host) {
  const draw = DRAW[spec?.type];
  return draw ? draw(spec, place, host) : h("span", { class: "unknown" }, `[${spec?.type ?? "nothing"}]`);
}

function button(spec, place, host) {
  const props = {
    class: `button ${spec.style ?? ""}`, "aria-label": spec.accessibility_label,
    dataset: { actionId: spec.action_id, blockId: place.blockId, value: spec.value },
  };
  const href = spec.url ? safeUrl(spec.url) : null;
  if (!href) {
    const node = h("button", { type: "button", ...props, onclick: () => press(node, spec, place, host, null) }, textNodes(spec.text, host));
    return node;
  }
  const anchor = h("a", { ...props, href, target: "_blank", rel: "noopener noreferrer", onclick: () => host.act(place.blockId, spec, null) },
    textNodes(spec.text, host), h("span", { class: "visually-hidden" }, " (opens a new tab)"));
  return anchor;
}

function workflowButton(spec, place, host) {
  return h("button", { type: "button", class: `button ${spec.style ?? ""}`, disabled: true, title: "Workflows don't run in the playground" }, textNodes(spec.text, host));
}

function iconButton(spec, place, host) {
  const visible = spec.visible_to_user_ids;
  if (visible && !visible.includes(host.viewer.id)) return null;
  const node = h("button", {
    type: "button", class: "icon-action", "aria-label": spec.accessibility_label ?? plainText(spec.text), title: plainText(spec.text),
    dataset: { actionId: spec.action_id, blockId: place.blockId }, onclick: () => press(node, spec, place, host, spec.value ?? null),
  }, "🗑");
  return node;
}

function feedbackButtons(spec, place, host) {
  const one = (choice, icon) => {
    const node = h("button", {
      type: "button", class: "icon-action", "aria-label": choice.accessibility_label ?? plainText(choice.text), title: plainText(choice.text),
      dataset: { actionId: spec.action_id, blockId: place.blockId, value: choice.value },
      onclick: () => press(node, spec, place, host, choice.value),
    }, icon);
    return node;
  };
  return h("span", { class: "feedback" }, one(spec.positive_button, "👍"), one(spec.negative_button, "👎"));
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
    label: plainText(option.text), description: plainText(option.description), onpress: choose(option), dataset: { value: option.value },
  }));
  const node = h("button", {
    type: "button", class: "button overflow", "aria-label": spec.accessibility_label ?? "More options", "aria-haspopup": "menu",
    "aria-expanded": "false", dataset: { actionId: spec.action_id, blockId: place.blockId },
    onclick: () => openMenu(node, items, { label: "More options", align: "end" }),
  }, "⋯");
  return node;
}

function optionRow(kind, spec, place, option, checked, onchange) {
  const { dataset } = naming(spec, place);
  const box = h("input", { type: kind, name: place.name, value: option.value, checked, onchange, dataset });
  return h("label", { class: "option" }, box, h("span", {}, textNodes(option.text, place.host),
    option.description ? h("small", {}, textNodes(option.description, place.host)) : null));
}

function optionGroup(kind, spec, place, host, rows) {
  return h("div", { ...naming(spec, place), role: kind, class: "options" }, rows);
}

function checkboxes(spec, place, host) {
  const chosen = new Set(host.value(place.blockId, spec) ?? []);
  const toggle = (option) => async (event) => {
    const before = [...chosen];
    if (event.target.checked) chosen.add(option.value); else chosen.delete(option.value);
    const inOrder = spec.options.map((one) => one.value).filter((value) => chosen.has(value));
    if (await changed(spec, place, host, inOrder)) return;
    chosen.clear();
    before.forEach((value) => chosen.add(value));
    event.target.checked = chosen.has(option.value);
  };
  return optionGroup("group", spec, place, host, (spec.options ?? []).map((option) =>
    optionRow("checkbox", spec, { ...place, host }, option, chosen.has(option.value), toggle(option))));
}

function radioButtons(spec, place, host) {
  let current = host.value(place.blockId, spec);
  const name = uniqueId("radio");
  const choose = (option) => async (event) => {
    if (await changed(spec, place, host, option.value)) { current = option.value; return; }
    const group = event.target.closest(".options");
    for (const box of group.querySelectorAll("input")) box.checked = box.value === current;
  };
  return optionGroup("radiogroup", spec, place, host, (spec.options ?? []).map((option) =>
    optionRow("radio", spec, { ...place, host, name }, option, option.value === current, choose(option))));
}

function textInput(kind) {
  return (spec, place, host) => {
    const many = spec.multiline || spec.type === "rich_text_input";
    const keep = (value) => host.keep(place.blockId, spec.action_id, value);
    const sends = spec.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
    const oninput = (event) => {
      keep(event.target.value);
      if (place.dispatch && sends.includes("on_character_entered")) host.act(place.blockId, spec, event.target.value);
    };
    const onkeydown = (event) => {
      if (event.key !== "Enter" || event.isComposing || (many && event.shiftKey) || !place.dispatch) return;
      if (!sends.includes("on_enter_pressed")) return;
      event.preventDefault();
      host.act(place.blockId, spec, event.target.value);
    };
    return h(many ? "textarea" : "input", {
      ...naming(spec, place), class: "text-input", type: many ? null : kind === "number" ? "text" : kind,
      inputmode: kind === "number" ? (spec.is_decimal_allowed ? "decimal" : "numeric") : null,
      rows: many ? 4 : null, placeholder: plainText(spec.placeholder) || null, autocomplete: "off",
      maxlength: spec.max_length, value: asText(host.value(place.blockId, spec)), oninput, onkeydown,
    });
  };
}

const asText = (value) => (value === null || value === undefined || typeof value === "object" ? "" : String(value));

function pickerInput(kind) {
  return (spec, place, host) => {
    const zone = host.viewer.tz;
    const stored = host.value(place.blockId, spec);
    const shown = kind === "datetime-local" && stored ? localOf(Number(stored), zone) : stored ?? "";
    const onchange = async (event) => {
      const typed = event.target.value;
      const value = typed === "" ? null : kind === "datetime-local" ? instantOf(typed, zone) : typed;
      if (!(await changed(spec, place, host, value))) event.target.value = shown;
    };
    return h("input", { ...naming(spec, place), class: "text-input picker", type: kind, value: shown, title: plainText(spec.placeholder) || null, onchange });
  };
}
