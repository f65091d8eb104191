// Fields to type in, and pickers of dates and times.

import { changed, naming } from "./actions.js";
import { instantOf, localOf } from "./dates.js";
import { h } from "./dom.js";
import { plainText } from "./mrkdwn.js";

/** A field of one kind: text, email, url or number; several lines where asked for. */
export function textInput(kind) {
  return (spec, place, host) => {
    const many = spec.multiline || spec.type === "rich_text_input";
    const keep = (value) => host.keep(place.blockId, spec.action_id, value);
    const sends = spec.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
    const oninput = (event) => {
      keep(event.target.value);
      if (place.dispatch && sends.includes("on_character_entered"))
        host.act(place.blockId, spec, event.target.value);
    };
    const onkeydown = (event) => {
      if (event.key !== "Enter" || event.isComposing || (many && event.shiftKey) || !place.dispatch)
        return;
      if (!sends.includes("on_enter_pressed")) return;
      event.preventDefault();
      host.act(place.blockId, spec, event.target.value);
    };
    return h(many ? "textarea" : "input", {
      ...naming(spec, place),
      class: "text-input",
      type: many ? null : kind === "number" ? "text" : kind,
      inputmode: kind === "number" ? (spec.is_decimal_allowed ? "decimal" : "numeric") : null,
      rows: many ? 4 : null,
      placeholder: plainText(spec.placeholder) || null,
      autocomplete: "off",
      maxlength: spec.max_length,
      value: asText(host.value(place.blockId, spec)),
      oninput,
      onkeydown,
    });
  };
}

const asText = (value) =>
  value === null || value === undefined || typeof value === "object" ? "" : String(value);

/** The browser's own picker: date, time or datetime-local (in the reader's timezone). */
export function pickerInput(kind) {
  return (spec, place, host) => {
    const zone = host.viewer.tz;
    const stored = host.value(place.blockId, spec);
    const shown =
      kind === "datetime-local" && stored ? localOf(Number(stored), zone) : (stored ?? "");
    const onchange = async (event) => {
      const typed = event.target.value;
      const value =
        typed === "" ? null : kind === "datetime-local" ? instantOf(typed, zone) : typed;
      if (!(await changed(spec, place, host, value))) event.target.value = shown;
    };
    return h("input", {
      ...naming(spec, place),
      class: "text-input picker",
      type: kind,
      value: shown,
      title: plainText(spec.placeholder) || null,
      onchange,
    });
  };
}
