// The middle of the page: a channel, or the app's Home and Messages tabs; and the thread.

import { counted, h } from "./dom.js";
import { blocks } from "./blocks.js";
import { makeComposer } from "./composer.js";
import { avatar } from "./avatar.js";
import { spoken } from "./message.js";
import { drawMessages, inChannel, inThread } from "./messages.js";
import { openMenu, toast } from "./popover.js";
import { reconcile } from "./reconcile.js";
import { openApp, openChannel, route, showPane } from "./route.js";
import { appConversation, appUser, channelOf, markSeen, send, store } from "./store.js";
import { hostOf } from "./surface.js";

const byId = (id) => document.getElementById(id);
const composer = makeComposer();
const threadComposer = makeComposer({ thread: true });
let shown = { place: null, newest: 0, thread: null };

/** Put the composers in their places, once. */
export function setUpMain() {
  byId("composer-place").append(composer.node);
  byId("thread-composer-place").append(threadComposer.node);
  byId("thread-close").addEventListener("click", () => openChannel(route().id));
  byId("menu-button").addEventListener("click", () => showPane("nav"));
}

/** Draw the middle and the thread pane. */
export function drawMain() {
  const here = route();
  const channel = here.kind === "app" ? appConversation() : channelOf(here.id);
  const home = here.kind === "app" && here.tab === "home";
  const place = `${store.user} ${here.kind} ${here.kind === "app" ? here.tab : here.id}`;
  drawHeader(here, channel);
  byId("home").hidden = !home;
  byId("conversation").hidden = home;
  if (home) {
    reconcile(byId("messages"), []);
    drawHome();
  } else drawConversation(channel, place);
  drawThread(here, channel);
  if (!home) announce(channel, place);
  shown.place = place;
}

function drawConversation(channel, place) {
  const list = byId("messages");
  const messages = channel ? inChannel(channel) : [];
  list.setAttribute("aria-label", channel ? `Messages in ${channel.name}` : "Messages");
  drawFoot(channel);
  drawMessages(list, messages);
  if (place !== shown.place) byId("message-scroll").scrollTop = byId("message-scroll").scrollHeight;
  const empty = byId("empty");
  empty.hidden = messages.length > 0;
  empty.replaceChildren(...emptyWords(channel));
  if (document.visibilityState === "visible") markSeen(channel);
}

function emptyWords(channel) {
  if (!channel) return [h("p", {}, `No messages from ${store.state.app.name} yet.`)];
  const name = channel.is_im ? channel.name : `#${channel.name}`;
  return [
    h("p", { class: "empty-title" }, name),
    h("p", {}, channel.topic || "This is the very beginning."),
    channel.bot_is_member && !channel.is_im
      ? h("p", { class: "quiet" }, "Type / below to see what the app can do.")
      : null,
  ].filter(Boolean);
}

/** The composer, or why there is none. */
function drawFoot(channel) {
  const open = channel && channel.is_member && !channel.is_archived;
  byId("composer-place").hidden = !open;
  const note = byId("composer-note");
  note.hidden = Boolean(open);
  if (open) {
    composer.aim(channel);
    return;
  }
  const join = h(
    "button",
    {
      type: "button",
      class: "button primary",
      dataset: { control: "join" },
      onclick: () => send("invite", { channel: channel.id, invite: store.user }),
    },
    "Join channel",
  );
  note.replaceChildren(
    ...(!channel
      ? []
      : channel.is_archived
        ? [`#${channel.name} is archived.`]
        : [`You are looking at #${channel.name}. `, join]),
  );
}

function drawHeader(here, channel) {
  const title =
    here.kind === "app"
      ? store.state.app.name
      : channel
        ? `${channel.is_im ? "" : channel.is_private ? "🔒 " : "# "}${channel.name}`
        : "";
  document.title = `${title} · ${store.state.team.name} playground`;
  const state = store.state;
  const signature = JSON.stringify([
    here,
    title,
    channel?.topic,
    channel?.members,
    channel?.is_archived,
    channel?.bot_is_member,
    channel?.is_ext_shared,
    state.app,
    state.me.id,
  ]);
  reconcile(byId("main-header"), [
    {
      key: "header",
      signature,
      build: () =>
        h(
          "div",
          { class: "header-row" },
          h("h1", {}, here.kind === "app" ? [avatar(appUser(), true), " "] : null, title),
          here.kind === "app"
            ? tabs(here.tab, state.app)
            : [
                h("span", { class: "topic quiet" }, channel?.topic ?? ""),
                channel && !channel.is_im ? channelMenu(channel) : null,
              ],
        ),
    },
  ]);
}

function tabs(current, app) {
  const tab = (name, words) =>
    h(
      "button",
      {
        type: "button",
        role: "tab",
        "aria-selected": String(current === name),
        class: "tab",
        dataset: { testid: `${name}-tab`, control: name },
        onclick: () => openApp(name),
      },
      words,
    );
  return h(
    "div",
    { class: "tabs", role: "tablist" },
    app.home_tab ? tab("home", "Home") : null,
    app.messages_tab ? tab("messages", "Messages") : null,
  );
}

function channelMenu(channel) {
  const act = (path, body) => async () => {
    const answer = await send(path, { channel: channel.id, ...body });
    if (!answer.ok) toast(answer.message ?? "That did not work.");
  };
  const app = store.state.app;
  const items = [
    channel.bot_is_member
      ? { label: `Remove ${app.name}`, onpress: act("remove", { remove: app.bot_user_id }) }
      : { label: `Add ${app.name}`, onpress: act("invite", { invite: app.bot_user_id }) },
    channel.is_archived
      ? { label: "Bring back from the archive", onpress: act("archive", { on: false }) }
      : { label: "Archive this channel", danger: true, onpress: act("archive", { on: true }) },
  ];
  const button = h(
    "button",
    {
      type: "button",
      class: "header-button",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      dataset: { control: "channel-menu" },
      "aria-label": `${counted(channel.members.length, "member", "members")}, channel settings`,
      onclick: () => openMenu(button, items, { label: "Channel", align: "end" }),
    },
    h("span", { "aria-hidden": "true" }, "👥 "),
    channel.members.length,
    channel.is_ext_shared ? " · shared" : "",
  );
  return button;
}

function drawHome() {
  const view = store.state.home;
  const list = byId("home-blocks");
  if (!view) {
    reconcile(list, [
      {
        key: "none",
        signature: store.user,
        build: () =>
          h("p", { class: "quiet" }, `${store.state.app.name} has not drawn its Home yet.`),
      },
    ]);
    return;
  }
  const signature = JSON.stringify([{ ...view, values: null }, store.user]);
  reconcile(list, [
    {
      key: "home",
      signature,
      build: () => {
        const host = hostOf(
          `home ${view.id}`,
          { view_id: view.id },
          view.blocks,
          view.values,
          view.errors ?? {},
        );
        return h(
          "div",
          { class: "home-view", dataset: { testid: "home", view: view.id } },
          view.warning ? h("div", { class: "warning", role: "alert" }, "⚠️ ", view.warning) : null,
          blocks(view.blocks, host),
        );
      },
    },
  ]);
}

function drawThread(here, channel) {
  const pane = byId("thread");
  const root = here.thread && channel?.messages.find((one) => one.ts === here.thread);
  byId("workspace").classList.toggle("with-thread", Boolean(root));
  pane.hidden = !root;
  if (!root) {
    leaveThread(here);
    return;
  }
  byId("thread-where").textContent = channel.is_im ? channel.name : `#${channel.name}`;
  drawMessages(byId("thread-messages"), inThread(channel, here.thread), { thread: true });
  const key = `${store.user} ${here.thread}`;
  if (shown.thread !== key) byId("thread-scroll").scrollTop = 0;
  shown.thread = key;
  byId("thread-composer-place").hidden = channel.is_archived || !channel.is_member;
  threadComposer.aim(channel, here.thread);
}

function leaveThread(here) {
  shown.thread = null;
  reconcile(byId("thread-messages"), []);
  if (byId("workspace").dataset.pane === "thread" && !here.thread) showPane("main");
}

/** Tell a screen reader about what others wrote since the last drawing. */
function announce(channel, place) {
  const messages = channel?.messages ?? [];
  const newest = Math.max(0, ...messages.map((one) => Number(one.ts)));
  if (place === shown.place) {
    const fresh = messages.filter(
      (one) => Number(one.ts) > shown.newest && one.user !== store.user,
    );
    if (fresh.length) byId("announcer").textContent = fresh.slice(-3).map(spoken).join(". ");
  }
  shown.newest = newest;
}
