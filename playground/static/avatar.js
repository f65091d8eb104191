// A person's square with initials, or the app's sign.

import { h } from "./dom.js";
import { appUser, userOf } from "./store.js";

/** A person's square with initials, or the app's sign. */
export function avatar(id, small = false) {
  const user = userOf(id);
  const className = `avatar${small ? " small" : ""}`;
  if (id === appUser())
    return h("span", { class: `${className} app-avatar`, "aria-hidden": "true" }, "★");
  const colour = /^#?[0-9a-f]{6}$/i.test(user?.color ?? "")
    ? `#${user.color.replace("#", "")}`
    : "#5f6b7a";
  return h(
    "span",
    { class: className, "aria-hidden": "true", style: { "background-color": colour } },
    user?.initials ?? "?",
  );
}
