// Where the reader is, kept in the address: #/C123, #/C123/1767600000.000100 (a thread),
// #/app/home, #/app/messages.

import { redraw, send, store } from "./store.js";

/** {kind: "channel", id, thread} or {kind: "app", tab}. */
export function route() {
  const [first, second] = decodeURIComponent(location.hash.replace(/^#\/?/, "")).split("/");
  if (first === "app") return { kind: "app", tab: second === "messages" ? "messages" : "home" };
  const known = store.state?.channels.some((channel) => channel.id === first);
  return { kind: "channel", id: known ? first : firstChannel(), thread: (known && second) || null };
}

function firstChannel() {
  const mine =
    store.state?.channels.filter((one) => one.is_member && !one.is_im && !one.is_archived) ?? [];
  return (mine.find((one) => one.bot_is_member) ?? mine[0])?.id ?? null;
}

const go = (hash) => {
  if (location.hash === hash) redraw();
  else location.hash = hash;
};

/** Which of the three panes a phone shows. */
export function showPane(name) {
  document.getElementById("workspace").dataset.pane = name;
}

export function openChannel(id) {
  showPane("main");
  go(`#/${id}`);
}

export function openThread(channel, ts) {
  showPane("thread");
  go(`#/${channel}/${ts}`);
}

/** Open the app's Home or Messages tab, and tell the bot that it was opened. */
export function openApp(tab) {
  showPane("main");
  go(`#/app/${tab}`);
  return send("home", { tab });
}
