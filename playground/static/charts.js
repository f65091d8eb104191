// data_visualization drawn as inline SVG. Every value is also in a table for screen
// readers, and series differ by marker and dash as well as by colour.

import { axes } from "./axes.js";
import { h, svg, uniqueId } from "./dom.js";
import { categoriesOf, colour, DASHES, marker, number, valueOf } from "./series.js";

const WIDEST = 560;
const NARROWEST = 250;

/** A chart with its title, legend and values. */
export function chart(block) {
  const data = block.chart ?? {};
  const rows = data.type === "pie" ? pieRows(data) : axisRows(data);
  const titleId = uniqueId("chart");
  const holder = h("div", { role: "img", "aria-labelledby": titleId, class: "chart-holder" });
  if (data.type === "pie") holder.append(pie(data));
  else drawAtWidth(holder, (width) => axes(data, width));
  return h(
    "figure",
    { class: "chart", dataset: { chart: data.type } },
    h("figcaption", { id: titleId, class: "chart-title" }, block.title),
    holder,
    legend(data),
    valueTable(block.title, rows),
  );
}

/** Draw again whenever the width changes, so that letters keep their size on a phone. */
function drawAtWidth(holder, draw) {
  let drawn = WIDEST;
  holder.append(draw(drawn));
  new ResizeObserver(() => {
    const width = Math.round(Math.min(WIDEST, Math.max(NARROWEST, holder.clientWidth)));
    if (holder.clientWidth === 0 || width === drawn) return;
    drawn = width;
    holder.replaceChildren(draw(width));
  }).observe(holder);
}

function axisRows(data) {
  const series = data.series ?? [];
  const head = [data.axis_config?.x_label ?? "", ...series.map((one) => one.name)];
  return [
    head,
    ...categoriesOf(data).map((label, i) => [
      label,
      ...series.map((one) => number(valueOf(one, label, i))),
    ]),
  ];
}

function pieRows(data) {
  const total = sum(data.segments ?? []);
  return [
    ["Segment", "Value", "Share"],
    ...(data.segments ?? []).map((one) => [
      one.label,
      number(one.value),
      `${Math.round((100 * one.value) / total)} %`,
    ]),
  ];
}

const sum = (segments) => segments.reduce((total, one) => total + Number(one.value), 0);

function valueTable(title, [head, ...rows]) {
  const table = h(
    "table",
    {},
    h("caption", {}, `Values of ${title}`),
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        head.map((cell) => h("th", { scope: "col" }, cell)),
      ),
    ),
    h(
      "tbody",
      {},
      rows.map(([first, ...rest]) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, first),
          rest.map((cell) => h("td", {}, cell)),
        ),
      ),
    ),
  );
  return h("div", { class: "visually-hidden chart-values" }, table);
}

function legend(data) {
  const names = data.type === "pie" ? pieNames(data) : (data.series ?? []).map((one) => one.name);
  return h(
    "ul",
    { class: "chart-legend" },
    names.map((name, i) =>
      h(
        "li",
        {},
        svg("svg", { width: 22, height: 12, "aria-hidden": "true" }, key(data.type, i)),
        h("span", {}, name),
      ),
    ),
  );
}

function pieNames(data) {
  const total = sum(data.segments ?? []);
  return (data.segments ?? []).map(
    (one) => `${one.label}: ${number(one.value)} (${Math.round((100 * one.value) / total)} %)`,
  );
}

function key(type, i) {
  if (type !== "line")
    return svg("rect", { x: 5, y: 0, width: 12, height: 12, rx: 3, fill: colour(i) });
  return svg(
    "g",
    {},
    svg("line", {
      x1: 0,
      x2: 22,
      y1: 6,
      y2: 6,
      stroke: colour(i),
      "stroke-width": 2,
      "stroke-dasharray": DASHES[i],
    }),
    marker(i, 11, 6),
  );
}

function pie(data) {
  const segments = data.segments ?? [];
  const total = sum(segments);
  let turned = 0;
  const slices = segments.map((one, i) => {
    const from = turned;
    turned += Number(one.value) / total;
    return slice(from, turned, i, `${one.label}: ${number(one.value)}`);
  });
  return svg("svg", { viewBox: "-110 -110 220 220", class: "chart-picture chart-pie" }, slices);
}

function slice(from, to, i, title) {
  const label = svg("title", {}, title);
  const paint = { fill: colour(i), stroke: "#fff", "stroke-width": 2 };
  const share = to - from;
  const at = (turn, radius) => [
    Math.sin(2 * Math.PI * turn) * radius,
    -Math.cos(2 * Math.PI * turn) * radius,
  ];
  const shape =
    share > 0.9999
      ? svg("circle", { r: 100, ...paint }, label)
      : svg(
          "path",
          {
            d: `M0 0L${at(from, 100)}A100 100 0 ${share > 0.5 ? 1 : 0} 1 ${at(to, 100)}Z`,
            ...paint,
          },
          label,
        );
  if (share < 0.06) return shape;
  const [x, y] = at((from + to) / 2, 66);
  return svg(
    "g",
    {},
    shape,
    svg(
      "text",
      { x, y: y + 4, "text-anchor": "middle", class: "pie-share" },
      `${Math.round(100 * share)} %`,
    ),
  );
}
