// Dates and times as the reader sees them: always in that person's own timezone.

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86400;

/** One part-by-part reading of an instant (seconds) in a timezone. */
function read(seconds, timeZone) {
  const format = formatter("parts", timeZone, {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
  return Object.fromEntries(
    format.formatToParts(seconds * 1000).map((part) => [part.type, part.value]),
  );
}

const formatters = new Map();
function formatter(key, timeZone, options) {
  const id = `${key} ${timeZone}`;
  if (!formatters.has(id)) formatters.set(id, makeFormatter(timeZone, options));
  return formatters.get(id);
}

function makeFormatter(timeZone, options) {
  try {
    return new Intl.DateTimeFormat("en-US", { ...options, timeZone: timeZone || "UTC" });
  } catch {
    return new Intl.DateTimeFormat("en-US", { ...options, timeZone: "UTC" });
  }
}

/** The local day as 2026-11-23. */
export function dayOf(seconds, timeZone) {
  const { year, month, day } = read(seconds, timeZone);
  return `${year}-${month}-${day}`;
}

/** "9:05 AM". */
export function timeOf(seconds, timeZone) {
  return formatter("time", timeZone, { hour: "numeric", minute: "2-digit" }).format(seconds * 1000);
}

function timeWithSeconds(seconds, timeZone) {
  const options = { hour: "numeric", minute: "2-digit", second: "2-digit" };
  return formatter("seconds", timeZone, options).format(seconds * 1000);
}

const weekday = (seconds, tz) =>
  formatter("weekday", tz, { weekday: "long" }).format(seconds * 1000);
const longMonth = (seconds, tz) => formatter("month", tz, { month: "long" }).format(seconds * 1000);
const shortMonth = (seconds, tz) => formatter("mon", tz, { month: "short" }).format(seconds * 1000);

function ordinal(day) {
  const teen = day % 100 >= 11 && day % 100 <= 13;
  return `${day}${teen ? "th" : ({ 1: "st", 2: "nd", 3: "rd" }[day % 10] ?? "th")}`;
}

/** Slack leaves the year out within six months of today. */
function year(seconds, tz, now) {
  return Math.abs(seconds - now) < 183 * DAY ? "" : `, ${read(seconds, tz).year}`;
}

const date = (s, tz, now) =>
  `${longMonth(s, tz)} ${ordinal(Number(read(s, tz).day))}${year(s, tz, now)}`;
const shortDate = (s, tz, now) =>
  `${shortMonth(s, tz)} ${Number(read(s, tz).day)}${year(s, tz, now)}`;
const longDate = (s, tz, now) => `${weekday(s, tz)}, ${date(s, tz, now)}`;

function relativeDay(seconds, tz, now) {
  const day = dayOf(seconds, tz);
  if (day === dayOf(now, tz)) return "Today";
  if (day === dayOf(now - DAY, tz)) return "Yesterday";
  if (day === dayOf(now + DAY, tz)) return "Tomorrow";
  return null;
}

/** "Today", "Yesterday", or "Monday, November 23rd": the line between two days. */
export function dayTitle(seconds, tz, now) {
  return relativeDay(seconds, tz, now) ?? longDate(seconds, tz, now);
}

/** "Mon, Nov 23, 2026, 9:00 AM": a full moment, for titles and the clock. */
export function momentOf(seconds, tz) {
  const options = {
    weekday: "short",
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "numeric",
    minute: "2-digit",
  };
  return formatter("moment", tz, options).format(seconds * 1000);
}

/** "3 minutes ago", "in 2 days". */
export function ago(seconds, now) {
  const distance = Math.abs(now - seconds);
  const [size, unit] =
    distance < MINUTE
      ? [1, "second"]
      : distance < HOUR
        ? [MINUTE, "minute"]
        : distance < DAY
          ? [HOUR, "hour"]
          : [DAY, "day"];
  return new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(
    Math.sign(seconds - now) * Math.round(distance / size),
    unit,
  );
}

const TOKENS = {
  date,
  date_short: shortDate,
  date_long: longDate,
  date_num: (s, tz) => dayOf(s, tz),
  date_slash: (s, tz) => {
    const p = read(s, tz);
    return `${p.month}/${p.day}/${p.year}`;
  },
  date_pretty: (s, tz, now) => relativeDay(s, tz, now)?.toLowerCase() ?? date(s, tz, now),
  date_short_pretty: (s, tz, now) =>
    relativeDay(s, tz, now)?.toLowerCase() ?? shortDate(s, tz, now),
  date_long_pretty: (s, tz, now) => relativeDay(s, tz, now)?.toLowerCase() ?? longDate(s, tz, now),
  day_divider_pretty: dayTitle,
  time: (s, tz) => timeOf(s, tz),
  time_secs: (s, tz) => timeWithSeconds(s, tz),
  ago: (s, _tz, now) => ago(s, now),
};

/** Fill `{date_short_pretty} at {time}`; null when a token is unknown (show the fallback). */
export function formatTokens(seconds, pattern, tz, now) {
  if (!Number.isFinite(seconds) || !pattern) return null;
  let known = true;
  const text = pattern.replace(/\{([a-z_]+)\}/g, (_, token) => {
    if (!(token in TOKENS)) known = false;
    return known ? TOKENS[token](seconds, tz, now) : "";
  });
  return known ? text.replace(/^./, (first) => first.toUpperCase()) : null;
}

/** Unix seconds of a wall-clock reading ("2026-11-23T09:00") in a timezone. */
export function instantOf(local, tz) {
  const guess = Date.parse(`${local}Z`) / 1000;
  if (Number.isNaN(guess)) return null;
  const shift = (at) => Date.parse(`${localOf(at, tz)}Z`) / 1000 - at;
  return guess - shift(guess - shift(guess));
}

/** The wall-clock reading ("2026-11-23T09:00") of Unix seconds in a timezone. */
export function localOf(seconds, tz) {
  const p = read(seconds, tz);
  return `${p.year}-${p.month}-${p.day}T${p.hour}:${p.minute}`;
}
