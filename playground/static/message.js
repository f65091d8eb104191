// One message: who, when, what, reactions, replies.

import { avatar } from "./avatar.js";
import { blocks } from "./blocks.js";
import { ago, momentOf, timeOf } from "./dates.js";
import { counted, h } from "./dom.js";
import { fileLink } from "./files.js";
import { messageTools } from "./message_tools.js";
import { mrkdwn } from "./mrkdwn.js";
import { reactionRow } from "./reactions.js";
import { openThread } from "./route.js";
import { channelOf, nameOf, now, send, store } from "./store.js";
import { hostOf, reader } from "./surface.js";

/** Draw a message; `joined` to the one above it by the same person, or in a `thread`. */
export function messageNode(message, joined, thread) {
  const author = nameOf(message.user) ?? message.user;
  const host = hostOf(
    `message ${message.channel} ${message.ts}`,
    { channel: message.channel, ts: message.ts },
    message.blocks,
    message.state,
  );
  const time = timeOf(Number(message.ts), store.state.me.tz);
  const full = momentOf(Number(message.ts), store.state.me.tz);
  const classes = ["message", joined && "joined", message.ephemeral && "ephemeral"].filter(Boolean);
  return h(
    "article",
    {
      class: classes.join(" "),
      "aria-label": `${author}, ${time}`,
      dataset: {
        testid: "message",
        ts: message.ts,
        user: message.user,
        ephemeral: message.ephemeral ? "true" : undefined,
      },
    },
    message.ephemeral
      ? h(
          "div",
          { class: "private-note" },
          h("span", { "aria-hidden": "true" }, "👁"),
          " Only visible to you",
        )
      : null,
    message.broadcast && !thread ? broadcastNote(message) : null,
    h(
      "div",
      { class: "message-row" },
      h(
        "div",
        { class: "gutter" },
        joined
          ? h("time", { class: "short-time", title: full }, time.replace(/ [AP]M$/, ""))
          : avatar(message.user),
      ),
      h(
        "div",
        { class: "message-main" },
        joined
          ? null
          : h(
              "div",
              { class: "message-head" },
              h("strong", { class: "author" }, author),
              badge(message),
              h(
                "time",
                {
                  class: "message-time",
                  title: full,
                  datetime: new Date(Number(message.ts) * 1000).toISOString(),
                },
                time,
              ),
            ),
        content(message, host),
        reactionRow(message),
        thread ? null : replies(message),
      ),
    ),
    message.ephemeral ? null : messageTools(message, thread),
  );
}

function content(message, host) {
  const edited = message.edited
    ? h(
        "span",
        { class: "edited", title: momentOf(Number(message.edited), store.state.me.tz) },
        " (edited)",
      )
    : null;
  const body = message.blocks?.length ? blocks(message.blocks, host) : mrkdwn(message.text, host);
  if (edited)
    (body.at(-1)?.matches?.(".line") ? body.at(-1) : { append: (node) => body.push(node) }).append(
      edited,
    );
  return h(
    "div",
    { class: "message-content", dataset: { testid: "message-content" } },
    body,
    (message.files ?? []).map(fileLink),
    message.warning ? h("div", { class: "warning", role: "alert" }, "⚠️ ", message.warning) : null,
    message.ephemeral
      ? h(
          "button",
          { type: "button", class: "link-button dismiss", onclick: () => dismiss(message) },
          "Dismiss",
        )
      : null,
  );
}

const dismiss = (message) => send("delete_message", { channel: message.channel, ts: message.ts });

const badge = (message) => (message.bot_id ? h("span", { class: "app-badge" }, "APP") : null);

function broadcastNote(message) {
  return h(
    "div",
    { class: "private-note" },
    "replied to ",
    h(
      "button",
      {
        type: "button",
        class: "link-button",
        onclick: () => openThread(message.channel, message.thread_ts),
      },
      "a thread",
    ),
  );
}

function replies(message) {
  if (!message.reply_count) return null;
  const newest = channelOf(message.channel)?.messages.findLast(
    (one) => one.thread_ts === message.ts && one.ts !== message.ts,
  );
  return h(
    "button",
    {
      type: "button",
      class: "replies",
      dataset: { testid: "replies", control: "replies" },
      onclick: () => openThread(message.channel, message.ts),
    },
    (message.reply_users ?? []).slice(0, 4).map((id) => avatar(id, true)),
    h("span", { class: "reply-count" }, counted(message.reply_count, "reply", "replies")),
    newest
      ? h(
          "span",
          { class: "quiet" },
          `Last reply ${ago(Math.min(Number(newest.ts), now() - 1), now())}`,
        )
      : null,
  );
}

/** Words for a screen reader when something new comes in. */
export function spoken(message) {
  const text = message.blocks?.length && message.text === "" ? "a message" : message.text;
  const box = h("div", {}, mrkdwn(text, reader()));
  return `${nameOf(message.user) ?? "Somebody"}: ${box.textContent.slice(0, 300)}`;
}
