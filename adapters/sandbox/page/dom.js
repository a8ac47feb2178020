/** Making elements. Text goes in as text only; no markup is ever parsed. */

/** An element with attributes, listeners (`onclick`) and children; null children are left out. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "tint") node.style.setProperty("--tint", value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** The one element of that id. */
export const $ = (id) => document.getElementById(id);

/** An address that may be linked to or shown; null for anything but http(s). */
export function safeUrl(address) {
  try {
    const url = new URL(address, location.href);
    return ["http:", "https:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

const TINTS = ["#d9480f", "#2b8a3e", "#1864ab", "#862e9c", "#0b7285", "#a61e4d", "#5f3dc4", "#8a6d3b", "#2f6f4f", "#b0413e"];

/** A colour that always goes with the same name. */
export function tint(name) {
  let sum = 7;
  for (const sign of name) sum = (sum * 31 + sign.codePointAt(0)) >>> 0;
  return TINTS[sum % TINTS.length];
}

/** Up to two letters that stand for a name. */
export function initials(name) {
  const words = name.split(/[\s_-]+/).filter((word) => /\p{L}/u.test(word));
  if (!words.length) return name.replace(/\D/g, "").slice(-2) || "?";
  return words.slice(0, 2).map((word) => [...word][0].toUpperCase()).join("");
}

/** `(760) 555-0123` for an American number, others as they are. */
export function pretty(number) {
  const found = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number);
  return found ? `(${found[1]}) ${found[2]}-${found[3]}` : number;
}

/** The hour and minute of a moment in seconds. */
export const hour = (seconds) =>
  new Date(seconds * 1000).toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });

/** Today, Yesterday, or the date. */
export function day(seconds) {
  const then = new Date(seconds * 1000), now = new Date();
  const apart = Math.round((now.setHours(0, 0, 0, 0) - new Date(then).setHours(0, 0, 0, 0)) / 86400000);
  if (apart === 0) return "Today";
  return apart === 1 ? "Yesterday" : then.toLocaleDateString([], { weekday: "short", day: "numeric", month: "short" });
}

/** Say something for a few seconds, over everything else. */
export function toast(words, kind = "") {
  const box = $("toasts"), note = el("div", { class: `toast ${kind}` }, words, el("button", { type: "button", "aria-label": "Dismiss", onclick: () => gone() }, "✕"));
  const gone = () => { note.remove(); if (!box.childElementCount && box.matches(":popover-open")) box.hidePopover(); };
  box.append(note);
  if (box.matches(":popover-open")) box.hidePopover();
  box.showPopover();
  setTimeout(gone, kind ? 12000 : 7000);
}

/** Remembers nodes by key: one is made anew only when its look, any JSON value, has changed. */
export function memory() {
  const known = new Map();
  return (key, look, make) => {
    const now = JSON.stringify(look), before = known.get(key);
    if (before?.now === now) return before.node;
    const node = make();
    known.set(key, { now, node });
    return node;
  };
}

/** Make these the children of a list, touching only what differs. */
export function place(list, children) {
  const wanted = new Set(children);
  for (const node of [...list.childNodes]) if (!wanted.has(node)) node.remove();
  children.forEach((child, index) => {
    if (list.childNodes[index] !== child) list.insertBefore(child, list.childNodes[index] || null);
  });
}

/** The same for a scrolling list, staying at the bottom when it was there. */
export function fill(list, children) {
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  place(list, children);
  if (atEnd) list.scrollTop = list.scrollHeight;
}

/** A textarea that grows, and sends its form by Enter. */
export function growing(area) {
  const grow = () => {
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + 2}px`;
  };
  area.addEventListener("input", grow);
  area.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    area.closest("form").requestSubmit();
  });
  area.clear = () => { area.value = ""; grow(); };
}
