// Check boxes and radio buttons.

import { changed, naming } from "./actions.js";
import { h, uniqueId } from "./dom.js";
import { textNodes } from "./mrkdwn.js";

function optionRow(kind, spec, place, option, checked, onchange) {
  const { dataset } = naming(spec, place);
  const box = h("input", {
    type: kind,
    name: place.name,
    value: option.value,
    checked,
    onchange,
    dataset,
  });
  return h(
    "label",
    { class: "option" },
    box,
    h(
      "span",
      {},
      textNodes(option.text, place.host),
      option.description ? h("small", {}, textNodes(option.description, place.host)) : null,
    ),
  );
}

function optionGroup(kind, spec, place, host, rows) {
  return h("div", { ...naming(spec, place), role: kind, class: "options" }, rows);
}

/** Any number of choices. */
export function checkboxes(spec, place, host) {
  const chosen = new Set(host.value(place.blockId, spec) ?? []);
  const toggle = (option) => async (event) => {
    const before = [...chosen];
    if (event.target.checked) chosen.add(option.value);
    else chosen.delete(option.value);
    const inOrder = spec.options.map((one) => one.value).filter((value) => chosen.has(value));
    if (await changed(spec, place, host, inOrder)) return;
    chosen.clear();
    before.forEach((value) => chosen.add(value));
    event.target.checked = chosen.has(option.value);
  };
  return optionGroup(
    "group",
    spec,
    place,
    host,
    (spec.options ?? []).map((option) =>
      optionRow(
        "checkbox",
        spec,
        { ...place, host },
        option,
        chosen.has(option.value),
        toggle(option),
      ),
    ),
  );
}

/** One choice of several. */
export function radioButtons(spec, place, host) {
  let current = host.value(place.blockId, spec);
  const name = uniqueId("radio");
  const choose = (option) => async (event) => {
    if (await changed(spec, place, host, option.value)) {
      current = option.value;
      return;
    }
    const group = event.target.closest(".options");
    for (const box of group.querySelectorAll("input")) box.checked = box.value === current;
  };
  return optionGroup(
    "radiogroup",
    spec,
    place,
    host,
    (spec.options ?? []).map((option) =>
      optionRow(
        "radio",
        spec,
        { ...place, host, name },
        option,
        option.value === current,
        choose(option),
      ),
    ),
  );
}
