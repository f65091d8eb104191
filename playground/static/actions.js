// What all interactive elements share: their names, their values, and telling the bot.

import { confirmed } from "./confirm.js";
import { plainText } from "./mrkdwn.js";

/** What names an element to the page's tests and to screen readers. */
export function naming(spec, place) {
  return {
    dataset: { actionId: spec.action_id, blockId: place.blockId },
    "aria-labelledby": place.labelId,
    "aria-describedby": place.helpId,
    "aria-required": place.input && !place.optional ? "true" : null,
    "aria-label": place.labelId
      ? null
      : (spec.accessibility_label ?? (plainText(spec.placeholder) || null)),
    autofocus: place.input && spec.focus_on_load,
  };
}

/** Keep a new value; tell the bot unless it waits for the submit button. */
export async function changed(spec, place, host, value) {
  if (!(await confirmed(spec.confirm, host))) return false;
  host.keep(place.blockId, spec.action_id, value);
  if (!place.input || place.dispatch) await host.act(place.blockId, spec, value);
  return true;
}

/** Send a press once, however often it is clicked while the answer is on its way. */
export async function press(node, spec, place, host, value) {
  if (node.getAttribute("aria-busy") === "true") return;
  if (!(await confirmed(spec.confirm, host))) return;
  node.setAttribute("aria-busy", "true");
  await host.act(place.blockId, spec, value).finally(() => node.removeAttribute("aria-busy"));
}

const valuesOf = (options) => options?.map((option) => option.value);

/** The value an element starts with, in the playground's own simple shape. */
export function initialOf(spec) {
  return (
    spec.initial_value ??
    spec.initial_option?.value ??
    valuesOf(spec.initial_options) ??
    spec.initial_user ??
    spec.initial_users ??
    spec.initial_channel ??
    spec.initial_channels ??
    spec.initial_conversation ??
    spec.initial_conversations ??
    spec.initial_date ??
    spec.initial_time ??
    spec.initial_date_time ??
    null
  );
}

const WITHOUT_VALUE = new Set([
  "button",
  "overflow",
  "image",
  "workflow_button",
  "feedback_buttons",
  "icon_button",
]);

/** Every element of these blocks that holds a value, as [blockId, spec]. */
export function holders(blocks) {
  return (blocks ?? []).flatMap((block) => {
    const inside = [
      block.element,
      block.accessory,
      ...(Array.isArray(block.elements) ? block.elements : []),
    ];
    const found = inside.filter((spec) => spec?.action_id && !WITHOUT_VALUE.has(spec.type));
    return [...found.map((spec) => [block.block_id, spec]), ...holders(block.child_blocks)];
  });
}
