// Select menus. One choice is the browser's own select; several are a list of tick
// boxes with a search field. People and channels come from the state.

import { h } from "./dom.js";
import { changed, naming } from "./actions.js";
import { plainText } from "./mrkdwn.js";
import { openPopover } from "./popover.js";

const PEOPLE = new Set(["owner", "member", "guest", "stranger"]);

/** Groups of choices: [{label, choices: [{value, text}]}]. */
function groupsOf(spec, host) {
  const type = spec.type.replace("multi_", "");
  if (type === "users_select") return [{ label: null, choices: people(host) }];
  if (type === "channels_select") return [{ label: null, choices: publicChannels(host) }];
  if (type === "conversations_select") return [{ label: null, choices: conversations(spec, host) }];
  if (spec.option_groups)
    return spec.option_groups.map((group) => ({
      label: plainText(group.label),
      choices: choicesOf(group.options),
    }));
  return [{ label: null, choices: choicesOf(spec.options) }];
}

const choicesOf = (options) =>
  (options ?? []).map((option) => ({
    value: option.value,
    text: plainText(option.text),
    description: plainText(option.description),
  }));

const people = (host) =>
  host.users
    .filter((user) => PEOPLE.has(user.role) && !user.deleted)
    .map((user) => ({ value: user.id, text: user.real_name || user.name }));

const channelChoice = (channel) => ({
  value: channel.id,
  text: channel.is_im ? channel.name : `${channel.is_private ? "🔒 " : "#"}${channel.name}`,
});

const publicChannels = (host) =>
  host.channels
    .filter((one) => !one.is_private && !one.is_im && !one.is_archived)
    .map(channelChoice);

function conversations(spec, host) {
  const filter = spec.filter ?? {};
  const kind = (one) => (one.is_im ? "im" : one.is_private ? "private" : "public");
  const isBot = (id) =>
    ["bot", "app", "slackbot"].includes(host.users.find((user) => user.id === id)?.role);
  return host.channels
    .filter(
      (one) =>
        !one.is_archived &&
        (!filter.include || filter.include.includes(kind(one))) &&
        !(filter.exclude_external_shared_channels && one.is_ext_shared) &&
        !(filter.exclude_bot_users && one.is_im && isBot(one.with_user)),
    )
    .map(channelChoice);
}

const optionNode = (choice, current) =>
  h("option", { value: choice.value, selected: choice.value === current }, choice.text);

/** A menu with one choice. */
export function singleSelect(spec, place, host) {
  let current = host.value(place.blockId, spec) ?? "";
  if (spec.type === "external_select") return externalSelect(spec, place, host, current);
  const groups = groupsOf(spec, host);
  const empty = h(
    "option",
    {
      value: "",
      selected: current === "",
      disabled: !(place.input && place.optional),
      hidden: !(place.input && place.optional),
    },
    plainText(spec.placeholder) || "Select an option",
  );
  const onchange = async (event) => {
    const value = event.target.value === "" ? null : event.target.value;
    if (await changed(spec, place, host, value)) current = value ?? "";
    else event.target.value = current;
  };
  return h(
    "span",
    { class: "select-box" },
    h(
      "select",
      { ...naming(spec, place), class: "select", onchange },
      empty,
      groups.map((group) =>
        group.label === null
          ? group.choices.map((one) => optionNode(one, current))
          : h(
              "optgroup",
              { label: group.label },
              group.choices.map((one) => optionNode(one, current)),
            ),
      ),
    ),
  );
}

/** A button that opens a search field; the bot is asked for the choices. */
function externalSelect(spec, place, host, current) {
  const label = h("span", {}, current || plainText(spec.placeholder) || "Search…");
  const node = h(
    "button",
    {
      type: "button",
      ...naming(spec, place),
      class: "select",
      "aria-haspopup": "dialog",
      "aria-expanded": "false",
      onclick: () =>
        openChoices(node, spec, place, host, {
          chosen: new Map(),
          single: true,
          onpick: (choice) => {
            label.textContent = choice.text;
            return changed(spec, place, host, choice.value);
          },
        }),
    },
    label,
  );
  return h("span", { class: "select-box" }, node);
}

/** A menu with several choices, shown as chips. */
export function multiSelect(spec, place, host) {
  const named = new Map(
    groupsOf(spec, host)
      .flatMap((group) => group.choices)
      .map((one) => [one.value, one.text]),
  );
  const chosen = new Map(
    (host.value(place.blockId, spec) ?? []).map((value) => [value, named.get(value) ?? value]),
  );
  const chips = h("span", { class: "chips" });
  const store = async (next) => {
    const before = new Map(chosen);
    replace(chosen, next);
    draw();
    if (await changed(spec, place, host, [...chosen.keys()])) return;
    replace(chosen, before);
    draw();
  };
  const opener = h("button", {
    type: "button",
    class: "chips-open",
    "aria-haspopup": "dialog",
    "aria-expanded": "false",
    autofocus: spec.focus_on_load,
    dataset: { actionId: spec.action_id, blockId: place.blockId },
    "aria-labelledby": place.labelId,
    "aria-describedby": place.helpId,
    onclick: () => openChoices(opener, spec, place, host, { chosen, single: false, store }),
  });
  const draw = () => {
    chips.replaceChildren(
      ...[...chosen].map(([value, text]) => chip(text, () => store(without(chosen, value)))),
    );
    opener.textContent = chosen.size
      ? "Add or remove…"
      : plainText(spec.placeholder) || "Select options";
  };
  draw();
  return h(
    "div",
    { class: "multi-select", role: "group", "aria-labelledby": place.labelId },
    chips,
    opener,
  );
}

function replace(map, entries) {
  const list = [...entries];
  map.clear();
  for (const [value, text] of list) map.set(value, text);
}

const without = (map, value) => [...map].filter(([one]) => one !== value);

function chip(text, onremove) {
  return h(
    "span",
    { class: "chip" },
    text,
    h("button", { type: "button", "aria-label": `Remove ${text}`, onclick: onremove }, "×"),
  );
}

/** The panel of choices: a search field over tick boxes (or buttons, for a single choice). */
function openChoices(anchor, spec, place, host, options) {
  const rows = h("div", { class: "choices" });
  const search = h("input", {
    type: "search",
    class: "text-input",
    placeholder: "Search",
    "aria-label": "Search the options",
  });
  const panel = h(
    "div",
    {
      class: "choice-panel",
      role: "dialog",
      "aria-label": "Options",
      dataset: { testid: "options" },
    },
    search,
    rows,
  );
  let close = () => {};
  const finish = async (choice) => {
    close();
    await options.onpick(choice);
  };
  const draw = (groups, typed) =>
    rows.replaceChildren(...choiceRows(groups, typed, spec, options, finish));
  const external = spec.type.includes("external");
  const local = external ? [] : groupsOf(spec, host);
  const look = async () => {
    const typed = search.value.trim();
    if (!external) return draw(local, typed);
    if (typed.length < (spec.min_query_length ?? 3))
      return rows.replaceChildren(h("p", { class: "quiet" }, "Type to search"));
    return draw(await host.suggest(place.blockId, spec, typed), "");
  };
  search.addEventListener("input", look);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  look();
  close = openPopover(anchor, panel);
  search.focus();
}

function choiceRows(groups, typed, spec, options, finish) {
  const wanted = typed.toLowerCase();
  const found = groups
    .map(({ label, choices }) => ({
      label,
      choices: choices.filter((one) => one.text.toLowerCase().includes(wanted)),
    }))
    .filter(({ choices }) => choices.length > 0);
  if (found.length === 0) return [h("p", { class: "quiet", role: "status" }, "Nothing matches")];
  return found.flatMap(({ label, choices }) =>
    [
      label === null ? null : h("div", { class: "choice-group" }, label),
      ...choices.map((choice) =>
        options.single ? pickRow(choice, finish) : tickRow(choice, spec, options),
      ),
    ].filter(Boolean),
  );
}

const pickRow = (choice, finish) =>
  h("button", { type: "button", class: "menu-item", onclick: () => finish(choice) }, choice.text);

function tickRow(choice, spec, { chosen, store }) {
  const onchange = (event) => {
    const full = chosen.size >= (spec.max_selected_items ?? Infinity);
    if (event.target.checked && full) {
      event.target.checked = false;
      return;
    }
    store(
      event.target.checked
        ? [...chosen, [choice.value, choice.text]]
        : without(chosen, choice.value),
    );
  };
  return h(
    "label",
    { class: "option" },
    h("input", {
      type: "checkbox",
      value: choice.value,
      checked: chosen.has(choice.value),
      onchange,
    }),
    h("span", {}, choice.text, choice.description ? h("small", {}, choice.description) : null),
  );
}
