// The markdown block: standard Markdown, the subset that Slack draws.

import { h, link } from "./dom.js";
import { emojiAt } from "./emoji.js";
import { emojiSpan, unescaped } from "./mrkdwn.js";

const ITEM = /^(\s*)([-*+]|\d+[.)])\s+(\[[ xX]\]\s+)?(.*)$/;

/** Standard Markdown as nodes. */
export function markdown(text) {
  const rows = String(text ?? "")
    .replace(/\r\n?/g, "\n")
    .split("\n");
  const nodes = [];
  while (rows.length) nodes.push(nextBlock(rows));
  return h("div", { class: "markdown" }, nodes);
}

function nextBlock(rows) {
  const row = rows[0];
  if (/^\s*$/.test(row)) {
    rows.shift();
    return null;
  }
  if (/^\s*```/.test(row)) return fence(rows);
  const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(row);
  if (heading) {
    rows.shift();
    return h(
      `h${Math.min(heading[1].length + 2, 6)}`,
      { class: `md-h${heading[1].length}` },
      spans(heading[2]),
    );
  }
  if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(row)) {
    rows.shift();
    return h("hr", { class: "divider" });
  }
  if (/^\s*>/.test(row)) return quote(rows);
  if (ITEM.test(row)) return list(rows, indentOf(row));
  if (/\|/.test(row) && /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/.test(rows[1] ?? ""))
    return table(rows);
  return paragraph(rows);
}

const indentOf = (row) => /^\s*/.exec(row)[0].length;

function take(rows, matches) {
  const taken = [];
  while (rows.length && matches(rows[0])) taken.push(rows.shift());
  return taken;
}

function fence(rows) {
  rows.shift();
  const body = take(rows, (row) => !/^\s*```/.test(row));
  rows.shift();
  return h("pre", { class: "code-block" }, body.join("\n"));
}

function quote(rows) {
  const body = take(rows, (row) => /^\s*>/.test(row)).map((row) => row.replace(/^\s*> ?/, ""));
  return h("blockquote", {}, markdown(body.join("\n")));
}

function list(rows, indent) {
  const ordered = /^\s*\d/.test(rows[0]);
  const items = [];
  while (rows.length && ITEM.test(rows[0]) && indentOf(rows[0]) >= indent) {
    if (indentOf(rows[0]) > indent + 1) items.at(-1)?.append(list(rows, indentOf(rows[0])));
    else items.push(item(rows.shift()));
  }
  return h(ordered ? "ol" : "ul", { class: "rich-list depth-0" }, items);
}

function item(row) {
  const [, , , box, text] = ITEM.exec(row);
  const done = box && /x/i.test(box);
  return h(
    "li",
    {},
    box
      ? h("input", {
          type: "checkbox",
          disabled: true,
          checked: Boolean(done),
          "aria-label": done ? "done" : "open",
        })
      : null,
    spans(text),
  );
}

function table(rows) {
  const cells = (row) =>
    row
      .trim()
      .replace(/^\||\|$/g, "")
      .split("|")
      .map((cell) => cell.trim());
  const header = cells(rows.shift());
  rows.shift();
  const body = take(rows, (row) => /\|/.test(row)).map(cells);
  return h(
    "div",
    { class: "table-scroll", tabindex: 0 },
    h(
      "table",
      { class: "block-table" },
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          header.map((cell) => h("th", { scope: "col" }, spans(cell))),
        ),
      ),
      h(
        "tbody",
        {},
        body.map((row) =>
          h(
            "tr",
            {},
            row.map((cell) => h("td", {}, spans(cell))),
          ),
        ),
      ),
    ),
  );
}

function paragraph(rows) {
  const first = rows.shift();
  const stops = (row) => /^\s*$|^\s*```|^#{1,6}\s|^\s*>/.test(row) || ITEM.test(row);
  const body = [first, ...take(rows, (row) => !stops(row))];
  return h(
    "p",
    {},
    body.flatMap((row, index) => [index ? h("br") : null, spans(row)]),
  );
}

const SPANS = [
  [/`([^`]+)`/y, (m) => h("code", {}, m[1])],
  [/\[([^\]]+)\]\(([^)\s]+)\)/y, (m) => link(m[2], spans(m[1]))],
  [/<((?:https?:\/\/|mailto:)[^>\s]+)>/y, (m) => link(m[1], m[1])],
  [/https?:\/\/[^\s<>|"]*[^\s<>|".,;:!?)\]'*_~]/y, (m) => link(m[0], m[0])],
  [/\*\*\*(\S(?:[^*]*\S)?)\*\*\*/y, (m) => h("strong", {}, h("em", {}, spans(m[1])))],
  [/(\*\*|__)(\S(?:.*?\S)?)\1/y, (m) => h("strong", {}, spans(m[2]))],
  [/\*(\S(?:[^*]*\S)?)\*/y, (m) => h("em", {}, spans(m[1]))],
  [/(?<![\p{L}\p{N}])_(\S(?:[^_]*\S)?)_(?![\p{L}\p{N}])/uy, (m) => h("em", {}, spans(m[1]))],
  [/~~(\S(?:.*?\S)?)~~/y, (m) => h("s", {}, spans(m[1]))],
  [/\\([\\`*_{}[\]()#+\-.!~>|])/y, (m) => m[1]],
];

function spans(text) {
  const nodes = [];
  let buffer = "";
  for (let at = 0; at < text.length;) {
    const found = spanAt(text, at);
    if (found) {
      nodes.push(unescaped(buffer), found.node);
      buffer = "";
      at += found.length;
    } else {
      buffer += text[at];
      at += 1;
    }
  }
  return [...nodes, unescaped(buffer)];
}

function spanAt(text, at) {
  if (text[at] === ":") {
    const emoji = emojiAt(text, at);
    return emoji && { node: emojiSpan(emoji.char, emoji.name), length: emoji.length };
  }
  if (!/[`[<h*_~\\]/.test(text[at])) return null;
  for (const [pattern, build] of SPANS) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) return { node: build(match), length: match[0].length };
  }
  return null;
}
