// The surface a block stands on: a message, a modal or the App Home tab. It answers what
// elements.js asks of its `host`.

import { post, upload } from "./api.js";
import { plainText } from "./mrkdwn.js";
import { toast } from "./popover.js";
import { openChannel } from "./route.js";
import { channelOf, formOf, nameOf, now, send, store } from "./store.js";

/** What drawing text needs: who reads it, when, and the names behind ids. */
export function reader() {
  return {
    viewer: store.state.me,
    users: store.state.users,
    channels: store.state.channels,
    now,
    openChannel,
    userName: nameOf,
    channelName: (id) => channelOf(id)?.name ?? null,
  };
}

/** A host for the blocks at `where` ({channel, ts} or {view_id}). */
export function hostOf(key, where, blocks, serverValues, errors = {}) {
  const form = formOf(key, blocks, serverValues);
  const act = async (blockId, spec, value) => {
    const answer = await send("action", {
      ...where,
      block_id: blockId,
      action_id: spec.action_id,
      value,
      values: form.values(),
    });
    if (!answer.ok) toast(answer.message ?? "That did not work. Please try again.");
  };
  const suggest = async (blockId, spec, text) => {
    const answer = await post("suggest", {
      user: store.user,
      ...where,
      block_id: blockId,
      action_id: spec.action_id,
      value: text,
    });
    return groups(answer);
  };
  return { ...reader(), ...form, act, suggest, errors, upload: (file) => upload(store.user, file) };
}

function groups(answer) {
  const choices = (options) =>
    (options ?? []).map((one) => ({ value: one.value, text: plainText(one.text) }));
  if (answer.option_groups?.length)
    return answer.option_groups.map((group) => ({
      label: plainText(group.label),
      choices: choices(group.options),
    }));
  return [{ label: null, choices: choices(answer.options) }];
}
