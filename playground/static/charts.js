// data_visualization drawn as inline SVG. Every value is also in a table for screen
// readers, and series differ by marker and dash as well as by colour.

import { h, svg, uniqueId } from "./dom.js";

const COLOURS = ["#1264a3", "#2bac76", "#e8912d", "#7d3c98", "#cd2553", "#5f6b7a"];
const DASHES = ["", "6 4", "2 3", "10 4", "8 3 2 3", "1 4"];
const HEIGHT = 260;
const WIDEST = 560;
const NARROWEST = 250;

/** A chart with its title, legend and values. */
export function chart(block) {
  const data = block.chart ?? {};
  const rows = data.type === "pie" ? pieRows(data) : axisRows(data);
  const titleId = uniqueId("chart");
  const holder = h("div", { role: "img", "aria-labelledby": titleId, class: "chart-holder" });
  if (data.type === "pie") holder.append(pie(data)); else drawAtWidth(holder, (width) => axes(data, width));
  return h("figure", { class: "chart", dataset: { chart: data.type } },
    h("figcaption", { id: titleId, class: "chart-title" }, block.title),
    holder, legend(data), valueTable(block.title, rows));
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

const number = (value) => new Intl.NumberFormat("en", { maximumFractionDigits: 2 }).format(value);
const compact = (value) => new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 }).format(value);

function categoriesOf(data) {
  return data.axis_config?.categories ?? data.series?.[0]?.data.map((point) => point.label) ?? [];
}

function valueOf(series, label, index) {
  const point = series.data.find((candidate) => candidate.label === label) ?? series.data[index];
  return Number(point?.value ?? 0);
}

function axisRows(data) {
  const series = data.series ?? [];
  const head = [data.axis_config?.x_label ?? "", ...series.map((one) => one.name)];
  return [head, ...categoriesOf(data).map((label, i) => [label, ...series.map((one) => number(valueOf(one, label, i)))])];
}

function pieRows(data) {
  const total = sum(data.segments ?? []);
  return [["Segment", "Value", "Share"], ...(data.segments ?? []).map((one) =>
    [one.label, number(one.value), `${Math.round((100 * one.value) / total)} %`])];
}

const sum = (segments) => segments.reduce((total, one) => total + Number(one.value), 0);

function valueTable(title, [head, ...rows]) {
  return h("table", { class: "visually-hidden chart-values" }, h("caption", {}, `Values of ${title}`),
    h("thead", {}, h("tr", {}, head.map((cell) => h("th", { scope: "col" }, cell)))),
    h("tbody", {}, rows.map(([first, ...rest]) =>
      h("tr", {}, h("th", { scope: "row" }, first), rest.map((cell) => h("td", {}, cell))))));
}

function legend(data) {
  const names = data.type === "pie" ? pieNames(data) : (data.series ?? []).map((one) => one.name);
  return h("ul", { class: "chart-legend" }, names.map((name, i) =>
    h("li", {}, svg("svg", { width: 22, height: 12, "aria-hidden": "true" }, key(data.type, i)), h("span", {}, name))));
}

function pieNames(data) {
  const total = sum(data.segments ?? []);
  return (data.segments ?? []).map((one) =>
    `${one.label}: ${number(one.value)} (${Math.round((100 * one.value) / total)} %)`);
}

function key(type, i) {
  if (type !== "line") return svg("rect", { x: 5, y: 0, width: 12, height: 12, rx: 3, fill: colour(i) });
  return svg("g", {}, svg("line", { x1: 0, x2: 22, y1: 6, y2: 6, stroke: colour(i), "stroke-width": 2, "stroke-dasharray": DASHES[i] }), marker(i, 11, 6));
}

const colour = (i) => COLOURS[i % COLOURS.length];

function marker(i, x, y, title) {
  const paint = { fill: i % 2 ? "#fff" : colour(i), stroke: colour(i), "stroke-width": 2 };
  const label = title ? svg("title", {}, title) : null;
  if (i % 3 === 0) return svg("circle", { cx: x, cy: y, r: 3.5, ...paint }, label);
  if (i % 3 === 1) return svg("rect", { x: x - 3.5, y: y - 3.5, width: 7, height: 7, ...paint }, label);
  return svg("path", { d: `M${x} ${y - 4.5}L${x + 4.5} ${y + 3.5}H${x - 4.5}Z`, ...paint }, label);
}

/** Round steps that cover the values, zero always among them. */
export function ticks(low, high, wanted = 5) {
  const bottom = Math.min(0, low);
  const top = Math.max(0, high);
  const span = top - bottom || 1;
  const rough = span / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= rough * 0.999);
  const first = Math.floor(bottom / step + 1e-9);
  const last = Math.max(Math.ceil(top / step - 1e-9), first + 1);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

function axes(data, width) {
  const series = data.series ?? [];
  const labels = categoriesOf(data);
  const values = series.map((one) => labels.map((label, i) => valueOf(one, label, i)));
  const marks = ticks(Math.min(...values.flat(), 0), Math.max(...values.flat(), 0));
  const frame = frameOf(data, labels, marks, width);
  return svg("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, class: "chart-picture" },
    grid(frame, marks), categories(frame, labels), axisTitles(frame, data.axis_config ?? {}),
    DRAW[data.type]?.(frame, values, series, labels) ?? null, pointLabels(frame, values, data.type));
}

function frameOf(data, labels, marks, width) {
  const left = 16 + Math.max(...marks.map((mark) => compact(mark).length)) * 7 + (data.axis_config?.y_label ? 18 : 0);
  const tilted = labels.some((label) => label.length * 6.2 > (width - left) / labels.length);
  const bottom = HEIGHT - (tilted ? 58 : 26) - (data.axis_config?.x_label ? 18 : 0);
  const slot = (width - left - 12) / Math.max(labels.length, 1);
  const top = 18;
  const y = (value) => bottom - ((value - marks[0]) / (marks.at(-1) - marks[0])) * (bottom - top);
  return { left, right: width - 12, bottom, top, slot, tilted, y, x: (i) => left + slot * (i + 0.5) };
}

function grid(frame, marks) {
  return svg("g", { class: "chart-grid" }, marks.map((mark) => [
    svg("line", { x1: frame.left, x2: frame.right, y1: frame.y(mark), y2: frame.y(mark), class: mark === 0 ? "zero" : null }),
    svg("text", { x: frame.left - 8, y: frame.y(mark) + 4, "text-anchor": "end" }, compact(mark)),
  ]));
}

function categories(frame, labels) {
  const every = frame.tilted ? Math.ceil(14 / frame.slot) : 1;
  return svg("g", { class: "chart-labels" }, labels.map((label, i) => {
    if (i % every) return null;
    const x = frame.x(i);
    const y = frame.bottom + 17;
    if (!frame.tilted) return svg("text", { x, y, "text-anchor": "middle" }, label);
    const short = label.length > 12 ? `${label.slice(0, 11)}…` : label;
    return svg("text", { x, y, "text-anchor": "end", transform: `rotate(-35 ${x} ${y})` }, svg("title", {}, label), short);
  }));
}

function axisTitles(frame, config) {
  const middle = (frame.top + frame.bottom) / 2;
  return svg("g", { class: "chart-axis" },
    config.x_label ? svg("text", { x: (frame.left + frame.right) / 2, y: HEIGHT - 5, "text-anchor": "middle" }, config.x_label) : null,
    config.y_label ? svg("text", { x: 12, y: middle, "text-anchor": "middle", transform: `rotate(-90 12 ${middle})` }, config.y_label) : null);
}

/** Numbers on the picture where they fit. */
function pointLabels(frame, values, type) {
  if (values.length * (values[0]?.length ?? 0) > 12 || (type !== "bar" && values.length > 1)) return null;
  const width = Math.min((frame.slot * 0.7) / values.length, 54);
  return svg("g", { class: "chart-numbers" }, values.flatMap((row, s) => row.map((value, i) => {
    const x = type === "bar" ? frame.x(i) + (s - (values.length - 1) / 2) * width : frame.x(i);
    return svg("text", { x, y: frame.y(value) + (value < 0 ? 14 : -7), "text-anchor": "middle" }, compact(value));
  })));
}

const told = (series, label, value) => `${series.name}, ${label}: ${number(value)}`;
const points = (frame, row) => row.map((value, i) => `${frame.x(i)},${frame.y(value)}`).join(" ");

function markers(frame, row, s, series, labels) {
  return row.map((value, i) => marker(s, frame.x(i), frame.y(value), told(series[s], labels[i], value)));
}

const DRAW = {
  line: (frame, values, series, labels) => values.map((row, s) => svg("g", {},
    svg("polyline", { points: points(frame, row), fill: "none", stroke: colour(s), "stroke-width": 2.5, "stroke-dasharray": DASHES[s] }),
    markers(frame, row, s, series, labels))),
  area: (frame, values, series, labels) => values.map((row, s) => svg("g", {},
    svg("polygon", { points: `${frame.x(0)},${frame.y(0)} ${points(frame, row)} ${frame.x(row.length - 1)},${frame.y(0)}`, fill: colour(s), opacity: 0.22 }),
    svg("polyline", { points: points(frame, row), fill: "none", stroke: colour(s), "stroke-width": 2 }),
    markers(frame, row, s, series, labels))),
  bar: (frame, values, series, labels) => values.flatMap((row, s) => row.map((value, i) => {
    const width = Math.min((frame.slot * 0.7) / values.length, 54);
    const x = frame.x(i) + (s - values.length / 2) * width;
    const [from, to] = [frame.y(Math.max(value, 0)), frame.y(Math.min(value, 0))];
    return svg("rect", { x: x + 1, y: from, width: Math.max(width - 2, 1), height: Math.max(to - from, 0.5), rx: 2, fill: colour(s) },
      svg("title", {}, told(series[s], labels[i], value)));
  })),
};

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
  const at = (turn, radius) => [Math.sin(2 * Math.PI * turn) * radius, -Math.cos(2 * Math.PI * turn) * radius];
  const shape = share > 0.9999 ? svg("circle", { r: 100, ...paint }, label)
    : svg("path", { d: `M0 0L${at(from, 100)}A100 100 0 ${share > 0.5 ? 1 : 0} 1 ${at(to, 100)}Z`, ...paint }, label);
  if (share < 0.06) return shape;
  const [x, y] = at((from + to) / 2, 66);
  return svg("g", {}, shape, svg("text", { x, y: y + 4, "text-anchor": "middle", class: "pie-share" }, `${Math.round(100 * share)} %`));
}
