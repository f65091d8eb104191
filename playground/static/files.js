// The file input of a modal, and files shown in messages.

import { h } from "./dom.js";
import { changed, naming } from "./actions.js";

const known = new Map();

/** "1.2 MB". */
function sizeOf(bytes) {
  const units = ["B", "kB", "MB", "GB"];
  let size = bytes;
  let step = 0;
  while (size >= 1000 && step < 3) {
    size /= 1000;
    step += 1;
  }
  return `${step === 0 ? size : size.toFixed(1)} ${units[step]}`;
}

/** A file as a link that downloads it. */
export function fileLink(file) {
  const href = /^\/_\/files\/\w+$/.test(file.url ?? "") ? file.url : null;
  return h(
    "a",
    { class: "file", href, download: file.name },
    h("span", { class: "file-icon", "aria-hidden": "true" }, "📄"),
    h("span", {}, h("strong", {}, file.title || file.name), h("small", {}, sizeOf(file.size ?? 0))),
  );
}

/** file_input: uploads at once, keeps the ids. */
export function fileInput(spec, place, host) {
  const chosen = [...(host.value(place.blockId, spec) ?? [])];
  const list = h("ul", { class: "uploads" });
  const status = h("span", { class: "quiet", role: "status" });
  const draw = () =>
    list.replaceChildren(
      ...chosen.map((id) => uploadRow(id, () => store(chosen.filter((one) => one !== id)))),
    );
  const store = async (next) => {
    chosen.splice(0, chosen.length, ...next);
    draw();
    await changed(spec, place, host, [...chosen]);
  };
  const onchange = async (event) => {
    const most = spec.max_files ?? 10;
    const kept = most === 1 ? [] : chosen;
    const room = most - kept.length;
    const files = [...event.target.files].slice(0, Math.max(room, 0));
    status.textContent = room <= 0 ? `No more than ${most} files. Remove one first.` : "Uploading…";
    const ids = [];
    for (const file of files) {
      const { answer, error } = await uploaded(host, file, spec);
      if (answer) ids.push(answer.id);
      else status.textContent = error;
    }
    event.target.value = "";
    if (ids.length === files.length && room > 0) status.textContent = "";
    if (ids.length) await store([...kept, ...ids]);
  };
  const accept = spec.filetypes?.map((type) => `.${type}`).join(",");
  draw();
  return h(
    "div",
    { class: "file-input" },
    h("input", {
      type: "file",
      ...naming(spec, place),
      accept,
      multiple: (spec.max_files ?? 10) > 1,
      onchange,
    }),
    status,
    list,
  );
}

async function uploaded(host, file, spec) {
  const types = spec.filetypes?.map((type) => type.toLowerCase());
  if (types && !types.includes(file.name.split(".").at(-1).toLowerCase()))
    return { error: `${file.name} is not one of ${types.join(", ")}.` };
  if (file.size > 10_000_000) return { error: `${file.name} is larger than 10 MB.` };
  const answer = await host.upload(file);
  if (!answer.ok) return { error: answer.message ?? "The upload failed. Please try again." };
  known.set(answer.file.id, answer.file);
  return { answer: answer.file };
}

function uploadRow(id, onremove) {
  const file = known.get(id);
  const name = file ? file.name : id;
  return h(
    "li",
    {},
    h(
      "span",
      {},
      "📄 ",
      name,
      file ? h("small", { class: "quiet" }, ` ${sizeOf(file.size)}`) : null,
    ),
    h(
      "button",
      { type: "button", class: "small-button", "aria-label": `Remove ${name}`, onclick: onremove },
      "×",
    ),
  );
}
