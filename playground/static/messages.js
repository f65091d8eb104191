// Messages: one by one, in a channel, in a thread.

import { counted, h } from "./dom.js";
import { blocks } from "./blocks.js";
import { dayOf, dayTitle, ago, momentOf, timeOf } from "./dates.js";
import { fileLink } from "./files.js";
import { mrkdwn } from "./mrkdwn.js";
import { openMenu, toast } from "./popover.js";
import { openPicker, reactionRow } from "./reactions.js";
import { reconcile } from "./reconcile.js";
import { openThread } from "./route.js";
import { appUser, nameOf, now, send, store, userOf } from "./store.js";
import { hostOf, reader } from "./surface.js";

const GROUPED_WITHIN = 300;

/** Messages that stand in the channel itself. */
export const inChannel = (channel) =>
  channel.messages.filter((one) => !one.thread_ts || one.thread_ts === one.ts || one.broadcast);

/** A thread: the first message and its replies. */
export const inThread = (channel, ts) => channel.messages.filter((one) => one.ts === ts || one.thread_ts === ts);

/** Draw messages into `list`, with a line between days, and stay at the end when there. */
export function drawMessages(list, messages, { thread = false } = {}) {
  const scroller = list.closest(".scroll");
  const atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 60;
  reconcile(list, withDays(messages, thread));
  if (atEnd) scroller.scrollTop = scroller.scrollHeight;
}

function withDays(messages, thread) {
  const zone = store.state.me.tz;
  const today = dayOf(now(), zone);
  const names = directoryVersion();
  const items = [];
  let before = null;
  for (const message of messages) {
    const day = dayOf(Number(message.ts), zone);
    if (!thread && day !== (before && dayOf(Number(before.ts), zone))) {
      const title = dayTitle(Number(message.ts), zone, now());
      items.push({ key: `day ${day}`, signature: title, build: () => h("div", { class: "day-line", role: "separator" }, h("span", {}, title)) });
      before = null;
    }
    const joined = follows(before, message);
    const signature = JSON.stringify([{ ...message, state: null }, joined, thread, names, today, Math.floor(now() / 3600)]);
    items.push({ key: `${message.ts} ${message.ephemeral}`, signature, build: () => messageNode(message, joined, thread) });
    before = message;
  }
  return items;
}

let directory = { text: "", version: 0 };

/** A number that changes with what a redraw depends on besides the message: who reads, and all names. */
function directoryVersion() {
  const { me, users, channels, app } = store.state;
  const text = JSON.stringify([me.id, me.tz, app.name, app.shortcuts?.length, users.map((user) => [user.id, nameOf(user.id)]), channels.map((one) => [one.id, one.name])]);
  if (text !== directory.text) directory = { text, version: directory.version + 1 };
  return directory.version;
}

function follows(before, message) {
  return before !== null && before.user === message.user && !before.ephemeral && !message.ephemeral
    && !before.reply_count && Number(message.ts) - Number(before.ts) < GROUPED_WITHIN;
}

function messageNode(message, joined, thread) {
  const author = nameOf(message.user) ?? message.user;
  const host = hostOf(`message ${message.channel} ${message.ts}`, { channel: message.channel, ts: message.ts }, message.blocks, message.state);
  const time = timeOf(Number(message.ts), store.state.me.tz);
  const full = momentOf(Number(message.ts), store.state.me.tz);
  const classes = ["message", joined && "joined", message.ephemeral && "ephemeral"].filter(Boolean);
  return h("article", { class: classes.join(" "), "aria-label": `${author}, ${time}`,
    dataset: { testid: "message", ts: message.ts, user: message.user, ephemeral: message.ephemeral ? "true" : undefined } },
  message.ephemeral ? h("div", { class: "private-note" }, h("span", { "aria-hidden": "true" }, "👁"), " Only visible to you") : null,
  message.broadcast && !thread ? broadcastNote(message) : null,
  h("div", { class: "message-row" },
    h("div", { class: "gutter" }, joined ? h("time", { class: "short-time", title: full }, time.replace(/ [AP]M$/, "")) : avatar(message.user)),
    h("div", { class: "message-main" },
      joined ? null : h("div", { class: "message-head" }, h("strong", { class: "author" }, author), badge(message),
        h("time", { class: "message-time", title: full, datetime: new Date(Number(message.ts) * 1000).toISOString() }, time)),
      content(message, host), reactionRow(message), thread ? null : replies(message))),
  message.ephemeral ? null : toolbar(message, thread));
}

function content(message, host) {
  const edited = message.edited ? h("span", { class: "edited", title: momentOf(Number(message.edited), store.state.me.tz) }, " (edited)") : null;
  const body = message.blocks?.length ? blocks(message.blocks, host) : mrkdwn(message.text, host);
  if (edited) (body.at(-1)?.matches?.(".line") ? body.at(-1) : { append: (node) => body.push(node) }).append(edited);
  return h("div", { class: "message-content", dataset: { testid: "message-content" } }, body,
    (message.files ?? []).map(fileLink),
    message.warning ? h("div", { class: "warning", role: "alert" }, "⚠️ ", message.warning) : null,
    message.ephemeral ? h("button", { type: "button", class: "link-button dismiss", onclick: () => dismiss(message) }, "Dismiss") : null);
}

const dismiss = (message) => send("delete_message", { channel: message.channel, ts: message.ts });

/** A person's square with initials, or the app's sign. */
export function avatar(id, small = false) {
  const user = userOf(id);
  const className = `avatar${small ? " small" : ""}`;
  if (id === appUser()) return h("span", { class: `${className} app-avatar`, "aria-hidden": "true" }, "★");
  const colour = /^#?[0-9a-f]{6}$/i.test(user?.color ?? "") ? `#${user.color.replace("#", "")}` : "#5f6b7a";
  return h("span", { class: className, "aria-hidden": "true", style: { "background-color": colour } }, user?.initials ?? "?");
}

const badge = (message) => (message.bot_id ? h("span", { class: "app-badge" }, "APP") : null);

function broadcastNote(message) {
  return h("div", { class: "private-note" }, "replied to ",
    h("button", { type: "button", class: "link-button", onclick: () => openThread(message.channel, message.thread_ts) }, "a thread"));
}

function replies(message) {
  if (!message.reply_count) return null;
  const newest = store.state.channels.find((one) => one.id === message.channel)?.messages.findLast((one) => one.thread_ts === message.ts && one.ts !== message.ts);
  return h("button", { type: "button", class: "replies", dataset: { testid: "replies", control: "replies" }, onclick: () => openThread(message.channel, message.ts) },
    (message.reply_users ?? []).slice(0, 4).map((id) => avatar(id, true)),
    h("span", { class: "reply-count" }, counted(message.reply_count, "reply", "replies")),
    newest ? h("span", { class: "quiet" }, `Last reply ${ago(Math.min(Number(newest.ts), now() - 1), now())}`) : null);
}

function toolbar(message, thread) {
  const picker = h("button", { type: "button", "aria-label": "Add a reaction", title: "Add a reaction", "aria-haspopup": "dialog",
    dataset: { control: "react" }, onclick: () => openPicker(picker, message) }, "☺︎");
  const reply = thread ? null : h("button", { type: "button", "aria-label": "Reply in thread", title: "Reply in thread", dataset: { control: "reply" },
    onclick: () => openThread(message.channel, message.thread_ts ?? message.ts) }, "💬");
  const more = h("button", { type: "button", "aria-label": "More actions", title: "More actions", "aria-haspopup": "menu", "aria-expanded": "false",
    dataset: { control: "more" }, onclick: () => openMenu(more, moreItems(message, thread, more), { label: "More actions", align: "end" }) }, "⋮");
  return h("div", { class: "message-tools", role: "group", "aria-label": "Message actions" }, picker, reply, more);
}

function moreItems(message, thread, anchor) {
  const shortcuts = (store.state.app.shortcuts ?? []).filter((one) => one.type === "message").map((one) => ({
    label: one.name, description: store.state.app.name, dataset: { shortcut: one.callback_id }, onpress: () => runShortcut(one, message),
  }));
  const own = message.user === store.user
    ? [{ label: "Delete message", danger: true, onpress: () => send("delete_message", { channel: message.channel, ts: message.ts }) }] : [];
  const react = { label: "Add a reaction", onpress: () => openPicker(anchor, message) };
  const reply = { label: "Reply in thread", onpress: () => openThread(message.channel, message.thread_ts ?? message.ts) };
  const copy = { label: "Copy the message's address", onpress: () => navigator.clipboard?.writeText(`${message.channel}/${message.ts}`) };
  return [react, ...(thread ? [] : [reply]), ...shortcuts, copy, ...own];
}

async function runShortcut(shortcut, message) {
  const answer = await send("shortcut", { callback_id: shortcut.callback_id, channel: message.channel, ts: message.ts });
  if (!answer.ok) toast(answer.message ?? "The shortcut did not run.");
}

/** Words for a screen reader when something new comes in. */
export function spoken(message) {
  const text = message.blocks?.length && message.text === "" ? "a message" : message.text;
  const box = h("div", {}, mrkdwn(text, reader()));
  return `${nameOf(message.user) ?? "Somebody"}: ${box.textContent.slice(0, 300)}`;
}
