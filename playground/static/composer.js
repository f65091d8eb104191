// Where a person types: Enter sends, Shift+Enter starts a new line.

import { h, uniqueId } from "./dom.js";
import { upload } from "./api.js";
import { choiceList, completions, usageHint } from "./complete.js";
import { openMenu } from "./popover.js";
import { draftOf, keepDraft, send, store } from "./store.js";

/** A composer for a channel or, with `thread`, for a thread: {node, aim(channel, ts)}. */
export function makeComposer({ thread = false } = {}) {
  const listId = uniqueId("completions");
  const state = { channel: null, ts: null, choices: [], active: 0, files: [] };
  const list = h("div", {
    id: listId,
    class: "completions",
    role: "listbox",
    "aria-label": "Suggestions",
    hidden: true,
  });
  const field = h("textarea", {
    class: "composer-field",
    rows: 1,
    dataset: { testid: thread ? "thread-composer" : "composer" },
    role: "combobox",
    "aria-expanded": "false",
    "aria-autocomplete": "list",
    "aria-controls": listId,
    enterkeyhint: "send",
  });
  const hint = h("div", { class: "usage-hint quiet", "aria-live": "polite" });
  const problem = h("div", { class: "composer-problem", role: "alert", hidden: true });
  const attached = h("div", { class: "chips" });
  const broadcast = h("input", { type: "checkbox" });
  const parts = { state, list, field, hint, problem, attached, broadcast, thread };
  const picker = h("input", {
    type: "file",
    class: "visually-hidden",
    tabindex: -1,
    "aria-label": "Attach a file",
    onchange: () => attach(parts, picker),
  });
  const more = h(
    "button",
    {
      type: "button",
      class: "composer-button",
      "aria-label": "Attach or run a shortcut",
      "aria-haspopup": "menu",
      onclick: () => openMenu(more, extras(picker, parts), { label: "Attach or run" }),
    },
    "+",
  );
  const node = h(
    "form",
    {
      class: "composer",
      onsubmit: (event) => {
        event.preventDefault();
        submit(parts);
      },
    },
    list,
    problem,
    h(
      "div",
      { class: "composer-box" },
      field,
      hint,
      attached,
      thread ? h("label", { class: "broadcast" }, broadcast, " Also send to the channel") : null,
      h(
        "div",
        { class: "composer-row" },
        more,
        sign(parts, "/", "Slash commands"),
        sign(parts, "@", "Mention someone"),
        picker,
        h(
          "button",
          {
            type: "submit",
            class: "send",
            "aria-label": "Send",
            dataset: { testid: thread ? "thread-send" : "send" },
          },
          "➤",
        ),
      ),
    ),
  );
  field.addEventListener("input", () => {
    keepDraft(keyOf(state), field.value);
    suggest(parts);
  });
  field.addEventListener("keydown", (event) => onkey(event, parts));
  field.addEventListener("blur", () => show(parts, []));
  return { node, aim: (channel, ts) => aim(parts, channel, ts) };
}

const keyOf = (state) => `${state.channel} ${state.ts ?? ""}`;

/** Point the composer at a conversation; what was typed there comes back. */
function aim({ state, field, hint, problem, thread, ...parts }, channel, ts = null) {
  const who = store.user;
  if (state.channel === channel.id && state.ts === ts && state.who === who) return;
  Object.assign(state, { channel: channel.id, ts, who, files: [] });
  parts.attached.replaceChildren();
  problem.hidden = true;
  field.value = draftOf(keyOf(state));
  const name = channel.is_im ? channel.name : `#${channel.name}`;
  field.placeholder = thread ? "Reply…" : `Message ${name}`;
  field.setAttribute("aria-label", thread ? "Reply in thread" : `Message ${name}`);
  suggest({ state, field, hint, problem, thread, ...parts }, document.activeElement === field);
}

function suggest(parts, offer = true) {
  const { field, hint, thread } = parts;
  grow(field);
  const found = completions(field.value, field.selectionStart);
  show(parts, offer ? (thread ? found.filter((one) => !one.title.startsWith("/")) : found) : []);
  const usage = thread ? null : usageHint(field.value);
  hint.textContent = usage ? `${field.value.trimEnd()} ${usage}` : "";
}

function grow(field) {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, 220)}px`;
}

function show({ state, list, field, ...rest }, choices, active = 0) {
  Object.assign(state, { choices, active });
  choiceList(list, choices, active, (choice) => take({ state, list, field, ...rest }, choice));
  field.setAttribute("aria-expanded", String(choices.length > 0));
  if (choices.length) field.setAttribute("aria-activedescendant", `${list.id}-${active}`);
  else field.removeAttribute("aria-activedescendant");
}

function take(parts, choice) {
  const { field, state } = parts;
  const after = field.value.slice(field.selectionStart).replace(/^ /, "");
  field.value = field.value.slice(0, choice.from) + choice.insert + after;
  const caret = choice.from + choice.insert.length;
  field.setSelectionRange(caret, caret);
  keepDraft(keyOf(state), field.value);
  suggest(parts);
}

function onkey(event, parts) {
  const { state, field } = parts;
  if (event.isComposing) return;
  const choice = state.choices[state.active];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (choice && step) {
    event.preventDefault();
    show(parts, state.choices, (state.active + step + state.choices.length) % state.choices.length);
  } else if (choice && event.key === "Escape") {
    event.preventDefault();
    show(parts, []);
  } else if (
    choice &&
    (event.key === "Tab" || (event.key === "Enter" && !whole(field.value, choice)))
  ) {
    event.preventDefault();
    take(parts, choice);
  } else if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    submit(parts);
  }
}

/** Everything is typed already: Enter sends instead of completing. */
const whole = (typed, choice) => typed.slice(choice.from).trim() === choice.insert.trim();

async function submit(parts) {
  const { state, field, problem } = parts;
  const text = field.value.trim();
  const files = state.files;
  if (text === "" && files.length === 0) return;
  const sentFrom = { key: keyOf(state), typed: field.value };
  problem.hidden = true;
  clear(parts);
  toTheEnd(parts);
  const answer = await deliver(parts, text, files);
  if (answer.ok) return;
  keepDraft(sentFrom.key, sentFrom.typed);
  if (sentFrom.key === keyOf(state) && field.value === "") field.value = sentFrom.typed;
  problem.textContent = answer.message ?? "That was not sent. Please try again.";
  problem.hidden = false;
  suggest(parts, false);
}

/** What is written now comes last: show the end, and stay there. */
function toTheEnd({ field }) {
  const scroller = field.closest("section, aside").querySelector(".scroll");
  scroller.scrollTop = scroller.scrollHeight;
}

function clear(parts) {
  const { state, field, attached, broadcast } = parts;
  field.value = "";
  state.files = [];
  attached.replaceChildren();
  state.broadcast = broadcast.checked;
  broadcast.checked = false;
  keepDraft(keyOf(state), "");
  suggest(parts, false);
}

function deliver({ state, thread }, text, files) {
  const where = { channel: state.channel };
  const word = /^\/\S+/.exec(text)?.[0];
  if (word && thread) return { ok: false, message: `${word} is not supported in threads. Sorry!` };
  if (word === "/invite" || word === "/remove")
    return membership(word, text.slice(word.length).trim(), where);
  if (word) return send("command", { ...where, text });
  const reply = thread ? { thread_ts: state.ts, broadcast: state.broadcast } : {};
  return send("message", { ...where, ...reply, text, ...(files.length ? { files } : {}) });
}

function membership(word, typed, where) {
  const wanted = typed.replace(/^@/, "").toLowerCase();
  const same = (text) => text && text.toLowerCase() === wanted;
  const user = store.state.users.find((one) =>
    [one.name, one.display_name, one.real_name].some(same),
  );
  const id = user?.id ?? (same(store.state.app.name) ? store.state.app.bot_user_id : null);
  if (!id) return { ok: false, message: `There is nobody called “${typed}” in this workspace.` };
  return word === "/invite"
    ? send("invite", { ...where, invite: id })
    : send("remove", { ...where, remove: id });
}

function sign(parts, char, label) {
  const onclick = () => {
    const { field } = parts;
    field.focus();
    field.setRangeText(
      char === "/" ? "/" : `${field.value && !/\s$/.test(field.value) ? " " : ""}${char}`,
      char === "/" ? 0 : field.value.length,
      field.value.length,
      "end",
    );
    field.dispatchEvent(new Event("input"));
  };
  return h(
    "button",
    { type: "button", class: "composer-button", "aria-label": label, title: label, onclick },
    char,
  );
}

function extras(picker, parts) {
  const shortcuts = (store.state.app.shortcuts ?? [])
    .filter((one) => one.type === "global")
    .map((one) => ({
      label: one.name,
      description: store.state.app.name,
      dataset: { shortcut: one.callback_id },
      onpress: () => run(one, parts),
    }));
  return [{ label: "Upload a file", onpress: () => picker.click() }, ...shortcuts];
}

async function run(shortcut, { problem }) {
  const answer = await send("shortcut", { callback_id: shortcut.callback_id });
  problem.hidden = answer.ok;
  problem.textContent = answer.ok ? "" : (answer.message ?? "The shortcut did not run.");
}

async function attach({ state, attached, problem }, picker) {
  const file = picker.files[0];
  picker.value = "";
  if (!file) return;
  const answer = await upload(store.user, file);
  problem.hidden = answer.ok;
  if (!answer.ok) {
    problem.textContent = answer.message ?? "The upload failed.";
    return;
  }
  state.files.push(answer.file.id);
  attached.append(h("span", { class: "chip" }, "📄 ", answer.file.name));
}
