/** What lies over the page for a moment: menus, questions, and pictures at full size. */

import { $, el } from "./dom.js";

let anchor = null;

/** Take the menu away. */
export function closePopup() {
  if ($("popup").hidden) return false;
  $("popup").hidden = true;
  $("popup").replaceChildren();
  anchor?.setAttribute("aria-expanded", "false");
  anchor = null;
  return true;
}

/** One line of a menu. */
export const entry = (label, go, kind = "", hint = null) => el("button", { type: "button", class: kind, role: "menuitem", onclick: () => { closePopup(); go(); } }, label, hint ? el("small", {}, hint) : null);

/** A heading in a menu. */
export const heading = (words) => el("div", { class: "menu-head" }, words);

function put(box, at) {
  const beside = at.getBoundingClientRect(), size = box.getBoundingClientRect(), edge = 10;
  const below = beside.bottom + 5 + size.height < innerHeight - edge;
  const top = below ? beside.bottom + 5 : Math.max(edge, beside.top - size.height - 5);
  const left = Math.min(beside.left, innerWidth - size.width - edge);
  box.style.setProperty("top", `${top}px`);
  box.style.setProperty("left", `${Math.max(edge, left)}px`);
}

/** Show a menu beside a button; pressing the button again takes it away. */
export function popup(at, children, kind = "menu") {
  const again = anchor === at;
  closePopup();
  if (again) return;
  anchor = at;
  at.setAttribute("aria-expanded", "true");
  const box = $("popup");
  box.className = `popup ${kind}`;
  box.replaceChildren(...children.flat(9).filter(Boolean));
  box.hidden = false;
  put(box, at);
  box.querySelector("button, input, select")?.focus();
}

function walk(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.target.matches("input, select, textarea")) return;
  const all = [...$("popup").querySelectorAll("button:not(:disabled), input, select")];
  event.preventDefault();
  all[(all.indexOf(document.activeElement) + step + all.length) % all.length]?.focus();
}

function settle(build) {
  return new Promise((resolve) => {
    const box = $("question");
    const end = (value) => { box.close(); resolve(value); };
    box.oncancel = (event) => { event.preventDefault(); end(null); };
    box.replaceChildren(build(end));
    box.showModal();
  });
}

function asking(end, title, body, yes, no, look, answer) {
  const submit = (event) => { event.preventDefault(); end(answer()); };
  return el("form", { onsubmit: submit }, el("header", {}, el("h2", {}, title)), el("div", { class: "fields" }, body),
    el("footer", {}, el("button", { type: "button", class: "btn", onclick: () => end(null) }, no), el("button", { class: `btn ${look}` }, yes)));
}

/** Ask yes or no; true or null. */
export const sure = (title, body, { yes = "Yes", no = "Cancel", look = "primary" } = {}) => settle((end) => asking(end, title, body, yes, no, look, () => true));

/** Ask for a line of words; null when nothing was given. */
export function prompted(title, label, start = "", yes = "Save") {
  const field = el("input", { type: "text", value: start, "aria-label": label });
  const body = el("label", { class: "field" }, el("span", {}, label), field);
  queueMicrotask(() => field.select());
  return settle((end) => asking(end, title, body, yes, "Cancel", "primary", () => field.value.trim() || null));
}

/** Show a picture as large as the window allows. */
export function enlarge(url, words) {
  const box = $("lightbox"), close = () => box.close();
  box.replaceChildren(el("figure", { onclick: close }, el("img", { src: url, alt: words }), words ? el("figcaption", {}, words) : null),
    el("button", { type: "button", class: "icon", "aria-label": "Close", onclick: close }, "✕"));
  box.showModal();
}

/** Let menus close by a click elsewhere and by Esc. */
export function startPopups() {
  document.addEventListener("pointerdown", (event) => {
    if (!$("popup").contains(event.target) && !anchor?.contains(event.target)) closePopup();
  });
  document.addEventListener("keydown", (event) => {
    if ($("popup").hidden) return;
    if (event.key === "Escape") { const back = anchor; event.stopPropagation(); closePopup(); back?.focus(); } else walk(event);
  }, true);
  addEventListener("resize", closePopup);
}
