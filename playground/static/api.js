// Talking to the playground's server; see ../protocol.md.

const HEADERS = { "X-Playground": "1" };

/** A POST as JSON. Never throws: a lost connection is {ok: false, error: "offline"}. */
export async function post(path, body) {
  const headers = { ...HEADERS, "Content-Type": "application/json" };
  return answered(fetch(`/_/${path}`, { method: "POST", headers, body: JSON.stringify(body) }));
}

/** Send one file; answers {ok, file}. */
export async function upload(user, file) {
  const body = new FormData();
  body.append("user", user);
  body.append("file", file);
  return answered(fetch("/_/upload", { method: "POST", headers: HEADERS, body }));
}

/** All that a person can see. */
export const readState = (user) =>
  answered(fetch(`/_/state${user ? `?user=${encodeURIComponent(user)}` : ""}`));

async function answered(request) {
  try {
    return await (await request).json();
  } catch {
    return {
      ok: false,
      error: "offline",
      message: "The playground does not answer. Is it still running?",
    };
  }
}

const pause = (milliseconds) =>
  new Promise((done) => {
    setTimeout(done, milliseconds);
  });

/** Call `onchange` for every change, for as long as the page is open. */
export async function follow(since, onchange, onlost) {
  let change = since;
  for (;;) {
    const answer = await answered(fetch(`/_/changes?after=${change}`));
    onlost(!answer.ok);
    if (!answer.ok || answer.busy) await pause(1000);
    if (answer.ok && answer.change !== change) {
      change = answer.change;
      await onchange();
    }
  }
}
