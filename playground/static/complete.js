// Completion in the composer: slash commands from the manifest, people and channels.

import { h } from "./dom.js";
import { store } from "./store.js";

const BUILT_IN = [
  {
    command: "/invite",
    usage_hint: "@someone",
    description: "Add a person or the app to this channel",
    source: "Slack",
  },
  {
    command: "/remove",
    usage_hint: "@someone",
    description: "Take a person or the app out of this channel",
    source: "Slack",
  },
];

/** Every command that can be typed. */
const commands = () => [
  ...store.state.app.commands.map((one) => ({ ...one, source: store.state.app.name })),
  ...BUILT_IN,
];

/** Choices for what stands before the caret: [{insert, from, title, hint, detail, keep}]. */
export function completions(text, caret) {
  const before = text.slice(0, caret);
  if (/^\/\S*$/.test(before)) return commandChoices(before);
  const sign = /(?:^|\s)([@#])([\w.-]*)$/.exec(before);
  if (!sign) return [];
  const from = caret - sign[2].length - 1;
  return (sign[1] === "@" ? peopleChoices(sign[2]) : channelChoices(sign[2])).map((one) => ({
    ...one,
    from,
  }));
}

/** The usage hint while the words after the command are still to come. */
export function usageHint(text) {
  const typed = /^(\/\S+) ?$/.exec(text);
  return (typed && commands().find((one) => one.command === typed[1])?.usage_hint) || null;
}

function commandChoices(typed) {
  return commands()
    .filter((one) => one.command.startsWith(typed.toLowerCase()))
    .map((one) => ({
      insert: `${one.command} `,
      from: 0,
      title: one.command,
      hint: one.usage_hint ?? "",
      detail: `${one.description ?? ""} · ${one.source}`,
    }));
}

function peopleChoices(typed) {
  const wanted = typed.toLowerCase();
  return store.state.users
    .filter(
      (user) =>
        !user.deleted &&
        `${user.name} ${user.real_name} ${user.display_name}`.toLowerCase().includes(wanted),
    )
    .slice(0, 8)
    .map((user) => ({
      insert: `@${user.name} `,
      title: `@${user.name}`,
      hint: user.real_name,
      detail: "",
    }));
}

function channelChoices(typed) {
  return store.state.channels
    .filter((one) => !one.is_im && one.name.includes(typed.toLowerCase()))
    .slice(0, 8)
    .map((one) => ({
      insert: `#${one.name} `,
      title: `#${one.name}`,
      hint: one.topic ?? "",
      detail: "",
    }));
}

/** The list above the composer; `onchoose` gets the choice. */
export function choiceList(box, choices, active, onchoose) {
  box.hidden = choices.length === 0;
  box.replaceChildren(
    ...choices.map((choice, index) =>
      h(
        "div",
        {
          role: "option",
          id: `${box.id}-${index}`,
          class: index === active ? "completion active" : "completion",
          "aria-selected": String(index === active),
          onmousedown: (event) => {
            event.preventDefault();
            onchoose(choice);
          },
        },
        h(
          "span",
          { class: "completion-title" },
          h("strong", {}, choice.title),
          " ",
          h("span", { class: "quiet" }, choice.hint),
        ),
        choice.detail ? h("small", { class: "quiet" }, choice.detail) : null,
      ),
    ),
  );
}
