/** An external select: what is typed is asked of the app, what it answers is offered. */

import { el } from "./dom.js";

const PAUSE = 200;

/** The control of an external select of one choice or many. */
export function searching(item, start, suggest, multiple) {
  let chosen = [start].flat().filter(Boolean), offered = [], at = -1, asked = 0, timer = null;
  const least = item.min_query_length ?? 3;
  const field = el("input", { type: "text", role: "combobox", autocomplete: "off", "aria-expanded": "false", "aria-autocomplete": "list" });
  const chips = el("span", { class: "chips" }), list = el("ul", { class: "found", role: "listbox", hidden: true });
  const node = el("div", { class: "combo" }, chips, field, list);

  const tell = () => node.dispatchEvent(new Event("change", { bubbles: true }));
  const hide = () => { list.hidden = true; at = -1; field.setAttribute("aria-expanded", "false"); };
  const showChosen = () => {
    const drop = (option) => () => { chosen = chosen.filter((other) => other !== option); showChosen(); tell(); };
    chips.replaceChildren(...chosen.map((option) => el("span", { class: "chip" }, option.text.text, el("button", { type: "button", "aria-label": `Remove ${option.text.text}`, onclick: drop(option) }, "✕"))));
    field.placeholder = chosen.length ? "" : item.placeholder?.text || "Type to search…";
    field.hidden = !multiple && chosen.length > 0;
  };
  const pick = (option) => {
    chosen = multiple ? [...chosen.filter((other) => other.value !== option.value), option] : [option];
    field.value = "";
    hide();
    showChosen();
    tell();
  };
  const row = (option, index) => el("li", { role: "option", "aria-selected": String(index === at), onpointerdown: (event) => { event.preventDefault(); pick(option); } },
    option.text.text, option.description ? el("small", {}, option.description.text) : null);
  const show = (groups) => {
    offered = groups.flatMap((group) => group.options || []);
    const rows = groups.flatMap((group) => [group.label ? el("li", { class: "menu-head" }, group.label.text) : null, ...(group.options || []).map((option) => row(option, offered.indexOf(option)))]);
    list.replaceChildren(...rows.filter(Boolean), ...(offered.length ? [] : [el("li", { class: "nothing" }, "No results")]));
    list.hidden = false;
    field.setAttribute("aria-expanded", "true");
  };
  const search = async () => {
    const turn = ++asked;
    const told = await suggest(field.value);
    if (turn === asked && told?.options && node.contains(document.activeElement)) { at = -1; show(told.option_groups || [{ options: told.options }]); }
  };
  const move = (step) => {
    at = (at + step + offered.length) % offered.length;
    [...list.querySelectorAll("[role=option]")].forEach((one, index) => { one.setAttribute("aria-selected", String(index === at)); if (index === at) one.scrollIntoView({ block: "nearest" }); });
  };
  field.addEventListener("input", (event) => {
    event.stopPropagation();
    clearTimeout(timer);
    if (field.value.length >= least) timer = setTimeout(search, PAUSE); else hide();
  });
  field.addEventListener("change", (event) => event.stopPropagation());
  field.addEventListener("click", () => { if (field.value.length >= least) search(); });
  field.addEventListener("blur", hide);
  field.addEventListener("keydown", (event) => {
    const open = !list.hidden && offered.length;
    if (event.key === "ArrowDown" && open) move(1);
    else if (event.key === "ArrowDown" && field.value.length >= least) search();
    else if (event.key === "ArrowUp" && open) move(-1);
    else if (event.key === "Enter" && open) pick(offered[Math.max(0, at)]);
    else if (event.key === "Escape" && !list.hidden) hide();
    else if (event.key === "Backspace" && !field.value && chosen.length) { chosen = chosen.slice(0, -1); showChosen(); tell(); } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  showChosen();
  return { node, read: () => (multiple ? chosen : chosen[0] ?? null) };
}
