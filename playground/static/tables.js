// table (as sent) and data_table (sorted by its header, page by page).

import { h, uniqueId } from "./dom.js";
import { richText } from "./richtext.js";
import { withEmoji } from "./emoji.js";

function cellNodes(cell, ctx) {
  if (cell?.type === "rich_text") return richText(cell, ctx);
  return withEmoji(String(cell?.text ?? cell?.value ?? ""));
}

const scroller = (label, table) =>
  h("div", { class: "table-scroll", tabindex: 0, role: "region", "aria-label": label }, table);

/** A table block: the first row is its header. */
export function table(block, ctx) {
  const settings = block.column_settings ?? [];
  const cell = (tag, props) => (content, i) =>
    h(tag, { ...props, class: cellClass(settings[i]) }, cellNodes(content, ctx));
  const [head, ...rows] = block.rows ?? [[]];
  return scroller(
    "Table",
    h(
      "table",
      { class: "block-table" },
      h("thead", {}, h("tr", {}, head.map(cell("th", { scope: "col" })))),
      h(
        "tbody",
        {},
        rows.map((row) => h("tr", {}, row.map(cell("td", {})))),
      ),
    ),
  );
}

const cellClass = (setting) =>
  `align-${setting?.align ?? "left"}${setting?.is_wrapped ? " wrapped" : ""}`;

/** A data_table block. */
export function dataTable(block, ctx) {
  const [head, ...rows] = block.rows ?? [[]];
  const view = { page: 0, column: null, descending: false };
  const size = block.page_size ?? 5;
  const body = h("tbody");
  const headers = head.map((cell, i) =>
    headerCell(cell, rows, i, () => {
      sortBy(view, i);
      draw();
    }),
  );
  const pager = h("div", { class: "pager" });
  const draw = () => {
    const shown = sorted(rows, view);
    const page = shown.slice(view.page * size, (view.page + 1) * size);
    body.replaceChildren(
      ...page.map((row) => bodyRow(row, block.row_header_column_index ?? 0, ctx)),
    );
    headers.forEach((header, i) => header.setAttribute("aria-sort", sortState(view, i)));
    pager.replaceChildren(
      ...pagerParts(view, size, rows.length, (step) => {
        view.page += step;
        draw();
      }),
    );
  };
  draw();
  const captionId = uniqueId("caption");
  return h(
    "div",
    { class: "data-table", "aria-labelledby": captionId, role: "group" },
    h("div", { class: "data-table-caption", id: captionId }, block.caption),
    scroller(
      block.caption,
      h(
        "table",
        { class: "block-table", "aria-labelledby": captionId },
        h("thead", {}, h("tr", {}, headers)),
        body,
      ),
    ),
    pager,
  );
}

function headerCell(cell, rows, column, onclick) {
  const button = h(
    "button",
    { type: "button", class: "sort", onclick },
    withEmoji(String(cell.text ?? cell.value ?? "")),
    h("span", { class: "sort-mark", "aria-hidden": "true" }),
  );
  return h(
    "th",
    { scope: "col", class: isNumeric(rows, column) ? "align-right" : null, "aria-sort": "none" },
    button,
  );
}

const isNumeric = (rows, column) =>
  rows.length > 0 && rows.every((row) => row[column]?.type === "raw_number");

function bodyRow(row, headerColumn, ctx) {
  return h(
    "tr",
    {},
    row.map((cell, i) => {
      const className = cell?.type === "raw_number" ? "align-right" : "align-left";
      if (i === headerColumn)
        return h("th", { scope: "row", class: className }, cellNodes(cell, ctx));
      return h("td", { class: className }, cellNodes(cell, ctx));
    }),
  );
}

function sortBy(view, column) {
  view.descending = view.column === column ? !view.descending : false;
  view.column = column;
  view.page = 0;
}

function sortState(view, column) {
  if (view.column !== column) return "none";
  return view.descending ? "descending" : "ascending";
}

function sorted(rows, { column, descending }) {
  if (column === null) return rows;
  const order = [...rows].sort((a, b) => compare(keyOf(a[column]), keyOf(b[column])));
  return descending ? order.reverse() : order;
}

function keyOf(cell) {
  if (cell?.type === "raw_number") return Number(cell.value);
  if (cell?.type === "rich_text")
    return (
      JSON.stringify(cell)
        .match(/"text":"[^"]*"/g)
        ?.join("") ?? ""
    );
  return String(cell?.text ?? "");
}

const compare = (a, b) =>
  typeof a === "number" && typeof b === "number"
    ? a - b
    : String(a).localeCompare(String(b), "en", { numeric: true, sensitivity: "base" });

function pagerParts(view, size, total, move) {
  if (total <= size) return [];
  const from = view.page * size;
  const to = Math.min(from + size, total);
  return [
    h("span", { "aria-live": "polite" }, `${from + 1}–${to} of ${total}`),
    h(
      "button",
      {
        type: "button",
        class: "small-button",
        "aria-label": "Previous page",
        disabled: view.page === 0,
        onclick: () => move(-1),
      },
      "‹",
    ),
    h(
      "button",
      {
        type: "button",
        class: "small-button",
        "aria-label": "Next page",
        disabled: to >= total,
        onclick: () => move(1),
      },
      "›",
    ),
  ];
}
