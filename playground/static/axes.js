// Line, bar and area charts: axes, grid, labels and the series themselves.

import { svg } from "./dom.js";
import { categoriesOf, colour, compact, DASHES, marker, number, valueOf } from "./series.js";

const HEIGHT = 260;

/** Round steps that cover the values, zero always among them. */
function ticks(low, high, wanted = 5) {
  const bottom = Math.min(0, low);
  const top = Math.max(0, high);
  const span = top - bottom || 1;
  const rough = span / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10]
    .map((factor) => factor * power)
    .find((size) => size >= rough * 0.999);
  const first = Math.floor(bottom / step + 1e-9);
  const last = Math.max(Math.ceil(top / step - 1e-9), first + 1);
  return Array.from({ length: last - first + 1 }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
}

/** The picture of a chart with two axes, at this width in pixels. */
export function axes(data, width) {
  const series = data.series ?? [];
  const labels = categoriesOf(data);
  const values = series.map((one) => labels.map((label, i) => valueOf(one, label, i)));
  const marks = ticks(Math.min(...values.flat(), 0), Math.max(...values.flat(), 0));
  const frame = frameOf(data, labels, marks, width);
  return svg(
    "svg",
    { viewBox: `0 0 ${width} ${HEIGHT}`, class: "chart-picture" },
    grid(frame, marks),
    categories(frame, labels),
    axisTitles(frame, data.axis_config ?? {}),
    DRAW[data.type]?.(frame, values, series, labels) ?? null,
    pointLabels(frame, values, data.type),
  );
}

function frameOf(data, labels, marks, width) {
  const left =
    16 +
    Math.max(...marks.map((mark) => compact(mark).length)) * 7 +
    (data.axis_config?.y_label ? 18 : 0);
  const tilted = labels.some((label) => label.length * 6.2 > (width - left) / labels.length);
  const bottom = HEIGHT - (tilted ? 58 : 26) - (data.axis_config?.x_label ? 18 : 0);
  const slot = (width - left - 12) / Math.max(labels.length, 1);
  const top = 18;
  const y = (value) => bottom - ((value - marks[0]) / (marks.at(-1) - marks[0])) * (bottom - top);
  return {
    left,
    right: width - 12,
    bottom,
    top,
    slot,
    tilted,
    y,
    x: (i) => left + slot * (i + 0.5),
  };
}

function grid(frame, marks) {
  return svg(
    "g",
    { class: "chart-grid" },
    marks.map((mark) => [
      svg("line", {
        x1: frame.left,
        x2: frame.right,
        y1: frame.y(mark),
        y2: frame.y(mark),
        class: mark === 0 ? "zero" : null,
      }),
      svg("text", { x: frame.left - 8, y: frame.y(mark) + 4, "text-anchor": "end" }, compact(mark)),
    ]),
  );
}

function categories(frame, labels) {
  const every = frame.tilted ? Math.ceil(14 / frame.slot) : 1;
  return svg(
    "g",
    { class: "chart-labels" },
    labels.map((label, i) => {
      if (i % every) return null;
      const x = frame.x(i);
      const y = frame.bottom + 17;
      if (!frame.tilted) return svg("text", { x, y, "text-anchor": "middle" }, label);
      const short = label.length > 12 ? `${label.slice(0, 11)}…` : label;
      return svg(
        "text",
        { x, y, "text-anchor": "end", transform: `rotate(-35 ${x} ${y})` },
        svg("title", {}, label),
        short,
      );
    }),
  );
}

function axisTitles(frame, config) {
  const middle = (frame.top + frame.bottom) / 2;
  return svg(
    "g",
    { class: "chart-axis" },
    config.x_label
      ? svg(
          "text",
          { x: (frame.left + frame.right) / 2, y: HEIGHT - 5, "text-anchor": "middle" },
          config.x_label,
        )
      : null,
    config.y_label
      ? svg(
          "text",
          { x: 12, y: middle, "text-anchor": "middle", transform: `rotate(-90 12 ${middle})` },
          config.y_label,
        )
      : null,
  );
}

/** Numbers on the picture where they fit. */
function pointLabels(frame, values, type) {
  if (values.length * (values[0]?.length ?? 0) > 12 || (type !== "bar" && values.length > 1))
    return null;
  const width = Math.min((frame.slot * 0.7) / values.length, 54);
  return svg(
    "g",
    { class: "chart-numbers" },
    values.flatMap((row, s) =>
      row.map((value, i) => {
        const x = type === "bar" ? frame.x(i) + (s - (values.length - 1) / 2) * width : frame.x(i);
        return svg(
          "text",
          { x, y: frame.y(value) + (value < 0 ? 14 : -7), "text-anchor": "middle" },
          compact(value),
        );
      }),
    ),
  );
}

const told = (series, label, value) => `${series.name}, ${label}: ${number(value)}`;
const points = (frame, row) => row.map((value, i) => `${frame.x(i)},${frame.y(value)}`).join(" ");

function markers(frame, row, s, series, labels) {
  return row.map((value, i) =>
    marker(s, frame.x(i), frame.y(value), told(series[s], labels[i], value)),
  );
}

const DRAW = {
  line: (frame, values, series, labels) =>
    values.map((row, s) =>
      svg(
        "g",
        {},
        svg("polyline", {
          points: points(frame, row),
          fill: "none",
          stroke: colour(s),
          "stroke-width": 2.5,
          "stroke-dasharray": DASHES[s],
        }),
        markers(frame, row, s, series, labels),
      ),
    ),
  area: (frame, values, series, labels) =>
    values.map((row, s) =>
      svg(
        "g",
        {},
        svg("polygon", {
          points: `${frame.x(0)},${frame.y(0)} ${points(frame, row)} ${frame.x(row.length - 1)},${frame.y(0)}`,
          fill: colour(s),
          opacity: 0.22,
        }),
        svg("polyline", {
          points: points(frame, row),
          fill: "none",
          stroke: colour(s),
          "stroke-width": 2,
        }),
        markers(frame, row, s, series, labels),
      ),
    ),
  bar: (frame, values, series, labels) =>
    values.flatMap((row, s) =>
      row.map((value, i) => {
        const width = Math.min((frame.slot * 0.7) / values.length, 54);
        const x = frame.x(i) + (s - values.length / 2) * width;
        const [from, to] = [frame.y(Math.max(value, 0)), frame.y(Math.min(value, 0))];
        return svg(
          "rect",
          {
            x: x + 1,
            y: from,
            width: Math.max(width - 2, 1),
            height: Math.max(to - from, 0.5),
            rx: 2,
            fill: colour(s),
          },
          svg("title", {}, told(series[s], labels[i], value)),
        );
      }),
    ),
};
