// Building DOM nodes. Text from messages only ever becomes a text node or an attribute
// that cannot run code: nothing in this folder assigns innerHTML.

const SVG = "http://www.w3.org/2000/svg";

/** Make an HTML element; `on*` props are listeners, `dataset` and `style` are objects. */
export function h(tag, props = {}, ...children) {
  return fill(document.createElement(tag), props, children);
}

/** Make an SVG element. */
export function svg(tag, props = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), props, children);
}

function fill(node, props, children) {
  for (const [name, value] of Object.entries(props ?? {})) setProp(node, name, value);
  node.append(
    ...children
      .flat(Infinity)
      .filter((child) => child !== null && child !== undefined && child !== false && child !== ""),
  );
  return node;
}

function setProp(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) node.addEventListener(name.slice(2).toLowerCase(), value);
  else if (name === "dataset") assignDefined(node.dataset, value);
  else if (name === "style")
    for (const [key, v] of Object.entries(value)) node.style.setProperty(key, v);
  else if (name === "value" || name === "checked" || name === "selected") node[name] = value;
  else node.setAttribute(name, value === true ? "" : String(value));
}

function assignDefined(target, source) {
  for (const [key, value] of Object.entries(source))
    if (value !== undefined && value !== null) target[key] = value;
}

/** The address if a link may lead there, else null: no javascript:, data: or relative ones. */
export function safeUrl(url) {
  try {
    const parsed = new URL(String(url));
    return ["http:", "https:", "mailto:", "tel:"].includes(parsed.protocol) ? parsed.href : null;
  } catch {
    return null;
  }
}

/** The address if a picture may come from there (the playground's own files are relative). */
function imageUrl(url) {
  const text = String(url ?? "");
  return /^\/_\/files\/\w+$/.test(text) || /^https?:/.test(safeUrl(text) ?? "") ? text : null;
}

/** A link that opens beside the page, or plain text when the address is not safe. */
export function link(url, ...children) {
  const href = safeUrl(url);
  if (href === null) return h("span", {}, ...children);
  return h("a", { href, target: "_blank", rel: "noopener noreferrer", class: "link" }, ...children);
}

/** Where an image block or element has its picture. */
export const pictureUrl = ({ image_url: url, slack_file: file }) =>
  url ?? file?.url ?? (file?.id && `/_/files/${file.id}`);

/** A picture; its description stands in when it cannot be loaded. */
export function picture(url, alt, className = "") {
  const src = imageUrl(url);
  const instead = () => h("span", { class: "image-missing" }, alt || "picture");
  if (src === null) return instead();
  const node = h("img", {
    src,
    alt: alt ?? "",
    class: className,
    loading: "lazy",
    referrerpolicy: "no-referrer",
    onerror: () => node.replaceWith(instead()),
  });
  return node;
}

/** Text that only a screen reader says. */
export const hidden = (text) => h("span", { class: "visually-hidden" }, text);

let counter = 0;
/** An id that no other element of this page has. */
export const uniqueId = (prefix) => `${prefix}-${(counter += 1)}`;

/** "Ana", "Ana and Ben", "Ana, Ben and Carla". */
export function listed(words) {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** "1 reply", "3 replies". */
export const counted = (count, one, many) => `${count} ${count === 1 ? one : many}`;
