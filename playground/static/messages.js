// The messages of a channel or a thread, redrawn only where they changed.

import { dayOf, dayTitle } from "./dates.js";
import { h } from "./dom.js";
import { messageNode } from "./message.js";
import { reconcile } from "./reconcile.js";
import { nameOf, now, store } from "./store.js";

const GROUPED_WITHIN = 300;

/** Messages that stand in the channel itself. */
export const inChannel = (channel) =>
  channel.messages.filter((one) => !one.thread_ts || one.thread_ts === one.ts || one.broadcast);

/** A thread: the first message and its replies. */
export const inThread = (channel, ts) =>
  channel.messages.filter((one) => one.ts === ts || one.thread_ts === ts);

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
      items.push({
        key: `day ${day}`,
        signature: title,
        build: () => h("div", { class: "day-line", role: "separator" }, h("span", {}, title)),
      });
      before = null;
    }
    const joined = follows(before, message);
    const signature = JSON.stringify([
      { ...message, state: null },
      joined,
      thread,
      names,
      today,
      Math.floor(now() / 3600),
    ]);
    items.push({
      key: `${message.ts} ${message.ephemeral}`,
      signature,
      build: () => messageNode(message, joined, thread),
    });
    before = message;
  }
  return items;
}

let directory = { text: "", version: 0 };

/** A number that changes with what a redraw depends on besides the message: who reads, and all names. */
function directoryVersion() {
  const { me, users, channels, app } = store.state;
  const text = JSON.stringify([
    me.id,
    me.tz,
    app.name,
    app.shortcuts?.length,
    users.map((user) => [user.id, nameOf(user.id)]),
    channels.map((one) => [one.id, one.name]),
  ]);
  if (text !== directory.text) directory = { text, version: directory.version + 1 };
  return directory.version;
}

function follows(before, message) {
  return (
    before !== null &&
    before.user === message.user &&
    !before.ephemeral &&
    !message.ephemeral &&
    !before.reply_count &&
    Number(message.ts) - Number(before.ts) < GROUPED_WITHIN
  );
}
