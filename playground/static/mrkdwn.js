// Slack's mrkdwn as DOM nodes. Every piece of a message ends in a text node.

import { h, link, listed, safeUrl } from "./dom.js";
import { emojiAt, withEmoji } from "./emoji.js";
import { formatTokens, momentOf } from "./dates.js";

const STYLES = { "*": "strong", _: "em", "~": "s" };
const BARE_URL = /https?:\/\/[^\s<>|"`]*[^\s<>|"`.,;:!?)\]'*_~]/gy;
const WORD = /[\p{L}\p{N}]/u;

/** Undo the three escapes that Slack uses. */
export const unescaped = (text) =>
  text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");

/** A text object ({type: plain_text | mrkdwn, text}) as nodes. */
export function textNodes(object, ctx) {
  if (!object) return [];
  if (object.type === "mrkdwn") return mrkdwn(object.text, ctx, object.verbatim === true);
  return plain(object.emoji === false ? object.text : withEmoji(object.text));
}

/** A text object without any formatting, for labels and titles. */
export const plainText = (object) => withEmoji(unescapedEntities(object?.text ?? ""));

const unescapedEntities = (text) => unescaped(text.replace(/<[^<>|]*\|([^<>]*)>/g, "$1"));

/** Text with line breaks and nothing else. */
export function plain(text) {
  return String(text)
    .split("\n")
    .flatMap((line, index) => (index ? [h("br"), line] : [line]));
}

/** mrkdwn text as block nodes: paragraphs, quotes, lists and preformatted text. */
export function mrkdwn(text, ctx, verbatim = false) {
  const pieces = String(text ?? "").split(/```\n?([\s\S]*?)\n?```/g);
  return pieces.flatMap((piece, index) => {
    if (index % 2) return [h("pre", { class: "code-block" }, unescapedTokens(piece))];
    return lines(piece.replace(/^\n|\n$/g, ""), ctx, verbatim);
  });
}

const unescapedTokens = (text) =>
  unescaped(text.replace(/<([^<>|]*)(?:\|([^<>]*))?>/g, (_, target, label) => label ?? target));

const QUOTE = /^(?:&gt;|>) ?/;
const BULLET = /^( *)(•|◦|▪︎|-) +/;

function kindOf(line) {
  if (QUOTE.test(line)) return "quote";
  return BULLET.test(line) ? "list" : "text";
}

function lines(text, ctx, verbatim) {
  if (text === "") return [];
  const long = /^(?:&gt;|>){3} ?/m.exec(text);
  if (long) {
    const before = text.slice(0, long.index).replace(/\n$/, "");
    const quoted = text.slice(long.index + long[0].length);
    return [...lines(before, ctx, verbatim), quote(quoted, ctx, verbatim)];
  }
  return runs(text.split("\n")).flatMap(({ kind, rows }) => {
    if (kind === "quote")
      return [quote(rows.map((row) => row.replace(QUOTE, "")).join("\n"), ctx, verbatim)];
    if (kind === "list") return [list(rows, ctx, verbatim)];
    return paragraph(rows.join("\n"), ctx, verbatim);
  });
}

/** Neighbouring lines of one kind. */
function runs(rows) {
  const found = [];
  for (const row of rows) {
    const kind = kindOf(row);
    if (found.at(-1)?.kind === kind) found.at(-1).rows.push(row);
    else found.push({ kind, rows: [row] });
  }
  return found;
}

const quote = (text, ctx, verbatim) => h("blockquote", {}, inline(text, ctx, verbatim));
const paragraph = (text, ctx, verbatim) => [
  h("div", { class: "line" }, inline(text, ctx, verbatim)),
];

function list(rows, ctx, verbatim) {
  const items = rows.map((row) => {
    const [all, indent, mark] = BULLET.exec(row);
    const depth = Math.min(Math.floor(indent.length / 2), 5);
    return h(
      "li",
      { dataset: { mark }, style: { "--depth": depth } },
      inline(row.slice(all.length), ctx, verbatim),
    );
  });
  return h("ul", { class: "typed-list" }, items);
}

/** One run of text with bold, italics, strike, code, links, mentions, dates and emoji. */
function inline(text, ctx, verbatim = false) {
  const nodes = [];
  const unclosed = {};
  let buffer = "";
  const flush = () => {
    if (buffer) nodes.push(unescaped(buffer));
    buffer = "";
  };
  const push = (node) => {
    flush();
    nodes.push(node);
  };
  for (let at = 0; at < text.length;) {
    const found = special(text, at, ctx, verbatim, unclosed);
    if (found) {
      push(found.node);
      at += found.length;
    } else {
      buffer += text[at];
      at += 1;
    }
  }
  flush();
  return nodes;
}

function special(text, at, ctx, verbatim, unclosed) {
  const char = text[at];
  if (char === "\n") return { node: h("br"), length: 1 };
  if (char === "<") return angle(text, at, ctx);
  if (char === "`") return code(text, at);
  if (char === ":") return emojiNode(text, at);
  if (char in STYLES) return styled(text, at, ctx, verbatim, unclosed);
  if (char === "h" && !verbatim) return bareUrl(text, at);
  return null;
}

function angle(text, at, ctx) {
  const match = /<([^<>\n]+)>/y;
  match.lastIndex = at;
  const found = match.exec(text);
  return found && { node: entity(found[1], ctx), length: found[0].length };
}

function code(text, at) {
  const match = /`([^`\n]+)`/y;
  match.lastIndex = at;
  const found = match.exec(text);
  return found && { node: h("code", {}, unescapedTokens(found[1])), length: found[0].length };
}

function emojiNode(text, at) {
  const found = emojiAt(text, at);
  return found && { node: emojiSpan(found.char, found.name), length: found.length };
}

/** An emoji with its name for screen readers and the mouse. */
export const emojiSpan = (char, name) =>
  h(
    "span",
    {
      class: "emoji",
      role: "img",
      "aria-label": `${name.replace(/[_:]+/g, " ")} emoji`,
      title: `:${name}:`,
    },
    char,
  );

function bareUrl(text, at) {
  if (at > 0 && WORD.test(text[at - 1])) return null;
  BARE_URL.lastIndex = at;
  const found = BARE_URL.exec(text);
  return found && { node: link(unescaped(found[0]), unescaped(found[0])), length: found[0].length };
}

function styled(text, at, ctx, verbatim, unclosed) {
  const mark = text[at];
  const opens =
    (at === 0 || !WORD.test(text[at - 1])) &&
    /[^\s]/.test(text[at + 1] ?? " ") &&
    text[at + 1] !== mark;
  if (!opens || at < (unclosed[mark] ?? 0)) return null;
  const end = closing(text, at, mark);
  if (end < 0) {
    unclosed[mark] = -end;
    return null;
  }
  const inner = inline(text.slice(at + 1, end), ctx, verbatim);
  return { node: h(STYLES[mark], {}, inner), length: end + 1 - at };
}

/** Where the style ends on this line, or minus the end of the line when it does not. */
function closing(text, at, mark) {
  for (let index = at + 2; index < text.length && text[index] !== "\n"; index += 1) {
    if (text[index] === "<") index = Math.max(index, text.indexOf(">", index));
    else if (
      text[index] === mark &&
      /\S/.test(text[index - 1]) &&
      !WORD.test(text[index + 1] ?? " ")
    )
      return index;
  }
  const newline = text.indexOf("\n", at);
  return -(newline < 0 ? text.length : newline);
}

/** What stands between < and >: a mention, a channel, a date or a link. */
function entity(body, ctx) {
  const bar = body.indexOf("|");
  const target = bar < 0 ? body : body.slice(0, bar);
  const label = bar < 0 ? null : unescaped(body.slice(bar + 1));
  if (target.startsWith("@")) return userMention(target.slice(1), ctx, label);
  if (target.startsWith("#")) return channelMention(target.slice(1), ctx, label);
  if (target.startsWith("!date^")) return dateToken(target.slice(6), label, ctx);
  if (target.startsWith("!subteam^")) return broadcast(label ?? "@group");
  if (target.startsWith("!")) return broadcast(label ?? `@${target.slice(1)}`);
  const url = unescaped(target);
  if (safeUrl(url) === null || !/^(https?:|mailto:|tel:)/i.test(url)) return label ?? `<${url}>`;
  return link(url, withEmoji(label ?? url.replace(/^(mailto|tel):/, "")));
}

/** @here, @channel, @everyone or a group: what pings many people. */
export const broadcast = (text) =>
  h("span", { class: "mention mention-me" }, text.startsWith("@") ? text : `@${text}`);

/** A person by id. */
export function userMention(id, ctx, label = null) {
  const name = ctx.userName(id) ?? label ?? id;
  const mine = id === ctx.viewer.id;
  return h(
    "span",
    { class: mine ? "mention mention-me" : "mention", dataset: { user: id } },
    `@${name.replace(/^@/, "")}`,
  );
}

/** A channel by id; opens it where the reader can see it. */
export function channelMention(id, ctx, label = null) {
  const name = ctx.channelName(id);
  if (name === null)
    return h("span", { class: "mention" }, label ? `#${label}` : "a private channel");
  const go = () => ctx.openChannel(id);
  return h(
    "button",
    { class: "mention", type: "button", onclick: go, dataset: { channel: id } },
    `#${name}`,
  );
}

function dateToken(body, fallback, ctx) {
  const [seconds, pattern, url] = body.split("^");
  return moment(Number(seconds), pattern, fallback, url, ctx);
}

/** An instant in the reader's timezone, by a pattern of {tokens}. */
export function moment(seconds, pattern, fallback, url, ctx) {
  const text = formatTokens(seconds, unescaped(pattern ?? ""), ctx.viewer.tz, ctx.now());
  const shown = text ?? fallback ?? String(seconds);
  if (url) return link(unescaped(url), shown);
  const title = Number.isFinite(seconds) ? momentOf(seconds, ctx.viewer.tz) : null;
  return h("time", { title, class: "moment" }, shown);
}

/** "Ana, Ben and 2 others", for tooltips. */
export function namesOf(ids, ctx) {
  return listed(ids.map((id) => (id === ctx.viewer.id ? "you" : (ctx.userName(id) ?? id))));
}
