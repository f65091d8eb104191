// The list of channels, people and the app.

import { h } from "./dom.js";
import { reconcile } from "./reconcile.js";
import { openApp, openChannel, route } from "./route.js";
import { appConversation, appUser, store, unreadIn } from "./store.js";
import { avatar } from "./avatar.js";

/** Draw the sidebar for the present person. */
export function drawSidebar(node) {
  const { team, channels, app, clock } = store.state;
  document.getElementById("team-name").textContent = team.name;
  const here = route();
  const open = channels.filter((one) => !one.is_im && !one.is_archived);
  const sections = [
    section(
      "Channels",
      open.filter((one) => one.is_member).map((one) => channelEntry(one, here)),
    ),
    section(
      "Other channels",
      open.filter((one) => !one.is_member).map((one) => channelEntry(one, here)),
    ),
    section(
      "Archived",
      channels.filter((one) => one.is_archived).map((one) => channelEntry(one, here)),
    ),
    section(
      "Direct messages",
      channels
        .filter((one) => one.is_im && one.with_user !== appUser())
        .map((one) => channelEntry(one, here)),
    ),
    section("Apps", [appEntry(app, here)]),
  ];
  reconcile(
    node,
    sections
      .filter(({ entries }) => entries.length)
      .map((one) => ({
        key: one.title,
        signature: JSON.stringify([
          one.entries.map((entry) => entry.signature),
          clock.offset_seconds,
        ]),
        build: () => sectionNode(one),
      })),
  );
}

const section = (title, entries) => ({ title, entries });

function sectionNode({ title, entries }) {
  return h(
    "section",
    { class: "nav-section" },
    h("h2", {}, title),
    h(
      "ul",
      {},
      entries.map((entry) => h("li", {}, entry.build())),
    ),
  );
}

function channelEntry(channel, here) {
  const active = here.kind === "channel" && here.id === channel.id;
  const { unread, mentions } = active ? { unread: 0, mentions: 0 } : unreadIn(channel);
  const sign = channel.is_im ? avatar(channel.with_user, true) : channel.is_private ? "🔒" : "#";
  const build = () =>
    entryNode({
      active,
      unread,
      badge: mentions,
      sign,
      name: channel.name,
      onclick: () => openChannel(channel.id),
      dataset: { channel: channel.id, control: channel.id },
      note: channel.is_ext_shared ? "shared" : null,
    });
  return {
    signature: [channel.id, channel.name, active, unread, mentions, channel.is_ext_shared],
    build,
  };
}

function appEntry(app, here) {
  const conversation = appConversation();
  const active = here.kind === "app";
  const { unread, mentions } =
    conversation && !(active && here.tab === "messages")
      ? unreadIn(conversation)
      : { unread: 0, mentions: 0 };
  const tab = unread ? "messages" : "home";
  const build = () =>
    entryNode({
      active,
      unread,
      badge: mentions,
      sign: avatar(appUser(), true),
      name: app.name,
      onclick: () => openApp(tab),
      dataset: { testid: "app", control: "app" },
    });
  return { signature: [app.name, active, unread, mentions, tab], build };
}

function entryNode({ active, unread, badge, sign, name, onclick, dataset, note }) {
  const classes = ["nav-entry", active && "active", unread && "unread"].filter(Boolean).join(" ");
  return h(
    "button",
    { type: "button", class: classes, "aria-current": active ? "page" : null, onclick, dataset },
    h("span", { class: "nav-sign", "aria-hidden": "true" }, sign),
    h("span", { class: "nav-name" }, name),
    note ? h("span", { class: "nav-note" }, note) : null,
    badge ? h("span", { class: "nav-badge", "aria-label": `${badge} new for you` }, badge) : null,
  );
}
