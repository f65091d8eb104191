// What the kinds of charts share: colours, markers, and reading the figures.

import { svg } from "./dom.js";

const COLOURS = ["#1264a3", "#2bac76", "#e8912d", "#7d3c98", "#cd2553", "#5f6b7a"];
export const DASHES = ["", "6 4", "2 3", "10 4", "8 3 2 3", "1 4"];
export const number = (value) =>
  new Intl.NumberFormat("en", { maximumFractionDigits: 2 }).format(value);
export const compact = (value) =>
  new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 }).format(value);

export function categoriesOf(data) {
  return data.axis_config?.categories ?? data.series?.[0]?.data.map((point) => point.label) ?? [];
}

export function valueOf(series, label, index) {
  const point = series.data.find((candidate) => candidate.label === label) ?? series.data[index];
  return Number(point?.value ?? 0);
}

export const colour = (i) => COLOURS[i % COLOURS.length];

export function marker(i, x, y, title) {
  const paint = { fill: i % 2 ? "#fff" : colour(i), stroke: colour(i), "stroke-width": 2 };
  const label = title ? svg("title", {}, title) : null;
  if (i % 3 === 0) return svg("circle", { cx: x, cy: y, r: 3.5, ...paint }, label);
  if (i % 3 === 1)
    return svg("rect", { x: x - 3.5, y: y - 3.5, width: 7, height: 7, ...paint }, label);
  return svg("path", { d: `M${x} ${y - 4.5}L${x + 4.5} ${y + 3.5}H${x - 4.5}Z`, ...paint }, label);
}
