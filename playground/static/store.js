// What the page knows: the server's state, where the reader is, and what was typed.

import { post, readState } from "./api.js";
import { holders, initialOf } from "./actions.js";

const opened = Date.now() / 1000;
const typed = new Map(); // surface key -> {blockId: {actionId: value}}
const drafts = new Map(); // conversation key -> text
const seen = new Map(); // person and channel -> newest moment that was on the screen

export const store = { state: null, user: null, listeners: [] };

/** Who is at the keyboard: the address, then this tab's memory, then the server's choice. */
export function firstUser() {
  return (
    new URLSearchParams(location.search).get("user") ??
    sessionStorage.getItem("playground-user") ??
    ""
  );
}

/** Become somebody else. */
export function setUser(id) {
  store.user = id;
  sessionStorage.setItem("playground-user", id);
  const address = new URL(location.href);
  address.searchParams.set("user", id);
  history.replaceState(null, "", address);
  return refresh();
}

let running = null;
let again = false;

/** Read the state and draw it; calls that come meanwhile are answered by one more read. */
export function refresh() {
  if (running) {
    again = true;
    return running;
  }
  running = readOnce().finally(() => {
    running = null;
    if (again) {
      again = false;
      return refresh();
    }
    return undefined;
  });
  return running;
}

async function readOnce() {
  const asked = store.user;
  const state = await readState(asked);
  if (!state.ok || asked !== store.user) return;
  store.state = state;
  store.user = state.me.id;
  redraw();
}

/** Draw what is known again, without asking the server. */
export function redraw() {
  for (const listener of store.listeners) listener(store.state);
}

/** POST as the present person, then show what became of it. */
export async function send(path, body = {}) {
  const answer = await post(path, { user: store.user, ...body });
  await refresh();
  return answer;
}

/** Seconds since 1970 by the playground's shifted clock. */
export const now = () => Date.now() / 1000 + (store.state?.clock.offset_seconds ?? 0);

// -- people and channels ------------------------------------------------------------------

export const userOf = (id) => store.state.users.find((user) => user.id === id) ?? null;
export const channelOf = (id) => store.state.channels.find((channel) => channel.id === id) ?? null;
export const appUser = () => store.state.app.bot_user_id;
export const nameOf = (id) => {
  if (id === appUser()) return store.state.app.name;
  const user = userOf(id);
  return user && (user.display_name || user.real_name || user.name);
};
/** The direct messages between this person and the app, if there are any. */
export const appConversation = () =>
  store.state.channels.find((one) => one.is_im && one.with_user === appUser()) ?? null;

// -- what was typed -----------------------------------------------------------------------

export const draftOf = (key) => drafts.get(`${store.user} ${key}`) ?? "";
export const keepDraft = (key, text) => drafts.set(`${store.user} ${key}`, text);

const typedIn = (key) => {
  const full = `${store.user} ${key}`;
  if (!typed.has(full)) typed.set(full, {});
  return typed.get(full);
};

/** Values of one surface: what was typed here wins over what the server knows. */
export function formOf(key, blocks, serverValues) {
  const own = typedIn(key);
  const standing = new Set(holders(blocks).map(([block, spec]) => `${block} ${spec.action_id}`));
  for (const [block, actions] of Object.entries(own)) {
    for (const action of Object.keys(actions))
      if (!standing.has(`${block} ${action}`)) delete actions[action];
  }
  const value = (block, spec) => {
    const mine = own[block]?.[spec.action_id];
    if (mine !== undefined) return mine;
    const theirs = serverValues?.[block]?.[spec.action_id];
    return theirs !== undefined ? theirs : initialOf(spec);
  };
  const keep = (block, action, next) => {
    (own[block] ??= {})[action] = next;
  };
  const values = () => {
    const all = {};
    for (const [block, spec] of holders(blocks))
      (all[block] ??= {})[spec.action_id] = value(block, spec);
    return all;
  };
  return { value, keep, values };
}

// -- what was read ------------------------------------------------------------------------

const seenKey = (channel) => `${store.user} ${channel.id}`;
const moments = (channel) => channel.messages.map((message) => Number(message.ts));

export function markSeen(channel) {
  if (channel) seen.set(seenKey(channel), Math.max(0, ...moments(channel)));
}

/** How much is new in a channel: {unread, mentions}. */
export function unreadIn(channel) {
  const since = seen.get(seenKey(channel)) ?? opened + store.state.clock.offset_seconds;
  const fresh = channel.messages.filter(
    (message) => Number(message.ts) > since && message.user !== store.user,
  );
  const named = fresh.filter(
    (message) =>
      channel.is_im || JSON.stringify([message.text, message.blocks]).includes(store.user),
  );
  return { unread: fresh.length, mentions: named.length };
}
