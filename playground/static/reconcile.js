// Redrawing only what changed, so that scrolling, focus and half-typed text stay.

const drawn = new WeakMap();

/** Make `parent` hold `items` ({key, signature, build}) in order, keeping unchanged nodes. */
export function reconcile(parent, items) {
  const before = drawn.get(parent) ?? new Map();
  const after = new Map();
  const wanted = new Set(items.map((item) => item.key));
  for (const [key, { node }] of before) if (!wanted.has(key)) node.remove();
  let next = parent.firstChild;
  for (const item of items) {
    const old = before.get(item.key);
    const same = old && old.signature === item.signature;
    const node = same ? old.node : item.build();
    if (old && !same) {
      const restore = rememberFocus(old.node);
      if (old.node === next) next = next.nextSibling;
      old.node.replaceWith(node);
      restore(node);
    }
    if (node === next) next = next.nextSibling;
    else if (!old || node.nextSibling !== next) parent.insertBefore(node, next);
    after.set(item.key, { node, signature: item.signature });
  }
  drawn.set(parent, after);
}

const MARKS = ["actionId", "blockId", "value", "reaction", "control"];

/** Note what has the focus inside a node; answers a function that gives it to the new one. */
export function rememberFocus(node) {
  const active = document.activeElement;
  if (!active || active === node || !node.contains(active)) return () => {};
  const { selectionStart, selectionEnd } = textSelection(active);
  const same = (other) =>
    other.tagName === active.tagName &&
    other.type === active.type &&
    MARKS.every((mark) => other.dataset[mark] === active.dataset[mark]) &&
    (other.type !== "radio" || other.value === active.value);
  return (replacement) => {
    const found = [...replacement.querySelectorAll(active.tagName)].find(same);
    found?.focus({ preventScroll: true });
    if (found && selectionStart !== null) found.setSelectionRange(selectionStart, selectionEnd);
  };
}

function textSelection(node) {
  const holdsText =
    node.tagName === "TEXTAREA" ||
    (node.tagName === "INPUT" && ["text", "url", "search"].includes(node.type));
  return holdsText ? node : { selectionStart: null, selectionEnd: null };
}
