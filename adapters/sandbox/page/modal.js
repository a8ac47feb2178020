/** The topmost modal of the person chosen: drawn as a form, told of live, submitted as Slack does. */

import { agreed, blocks } from "./blocks.js";
import { $, el, memory, place } from "./dom.js";
import { control, firstOf } from "./inputs.js";
import { words } from "./mrkdwn.js";
import { act, onPaint, picked, world } from "./world.js";

const PAUSE = 300;
let drawn = null, shown = null, controls = new Map(), remembered = memory();

function topmost() {
  const mine = [...world.views.values()].filter((view) => view.for === picked.as);
  return mine.find((view) => !mine.some((other) => other.previous_view_id === view.id)) || null;
}

const keyOf = (block, item) => `${block} ${item.action_id} ${item.type}`;
const state = () => Object.fromEntries([...controls.values()].map(({ name, read }) => [name, read()]));
const spot = (item, block) => ({ user: picked.as, view: shown.id, block_id: block, action_id: item.action_id });
const use = (block, item, value) => act("slack/actions", { ...spot(item, block), value, hash: shown.hash, state: state() });
const suggest = (block, item, typed) => act("slack/suggestions", { ...spot(item, block), value: typed });

/** What a field begins with: what is in it now, else what Slack knows, else what the form proposes. */
function start(block, item) {
  const before = controls.get(keyOf(block, item));
  return before ? before.read() : firstOf(item, shown.state?.values?.[block]?.[item.action_id]);
}

const hold = (block, item, made) => controls.set(keyOf(block, item), { name: block, item, ...made });

/** Tell the app of every change of a field, one after another, the latest last. */
function tellLive(block, item, made) {
  let timer = null, going = false, again = false;
  const send = async () => {
    if (going) { again = true; return; }
    if (!(await agreed(item))) return;
    going = true;
    await use(block, item, made.read());
    going = false;
    if (again) { again = false; send(); }
  };
  const typing = item.dispatch_action_config?.trigger_actions_on || ["on_enter_pressed"];
  if (item.type !== "plain_text_input") return made.node.addEventListener("change", send);
  if (typing.includes("on_character_entered")) made.node.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(send, PAUSE); });
  if (typing.includes("on_enter_pressed") && !item.multiline) made.node.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); send(); } });
}

function field(block, name) {
  const item = block.element;
  const made = control(item, start(name, item), (typed) => suggest(name, item, typed));
  made.node.dataset.action = item.action_id;
  if (block.dispatch_action) tellLive(name, item, made);
  hold(name, item, made);
  const group = ["checkboxes", "radio_buttons", "external_select", "multi_external_select"].includes(item.type);
  return el(group ? "div" : "label", { class: "field", "data-block": name },
    el("span", {}, words(block.label), block.optional ? el("small", {}, " (optional)") : null), made.node,
    block.hint ? el("small", {}, words(block.hint)) : null, el("span", { class: "wrong", role: "alert" }));
}

/** The blocks of a view; one that has not changed keeps its element, and with it focus and cursor. */
function body(view) {
  const inside = new Set();
  const nodes = view.blocks.map((block, index) => {
    const name = block.block_id || `block-${index}`, { initial_value: _, ...look } = block.element || {};
    const key = `${view.id} ${name} ${block.type}`;
    for (const item of [block.element, block.accessory, ...(block.elements || [])]) if (item?.action_id) inside.add(keyOf(name, item));
    return remembered(key, { ...block, element: look }, () => (block.type === "input" ? field(block, name) : blocks([{ ...block, block_id: name }], { use, suggest, hold, start })));
  });
  for (const key of controls.keys()) if (!inside.has(key)) controls.delete(key);
  return nodes;
}

async function submit(event) {
  event.preventDefault();
  const press = $("modal").querySelector("footer .primary");
  press?.setAttribute("aria-busy", "true");
  await act(`slack/views/${shown.id}`, { user: picked.as, hash: shown.hash, state: state() });
  press?.removeAttribute("aria-busy");
}

const close = (all) => act(`slack/views/${shown.id}/close`, { user: picked.as, all });

function frame(view) {
  const back = Boolean(view.previous_view_id);
  return el("form", { novalidate: true, onsubmit: submit },
    el("header", {}, back ? el("button", { type: "button", class: "icon", "aria-label": "Back", onclick: () => close(false) }, "←") : null,
      el("h2", {}, words(view.title)), el("button", { type: "button", class: "icon", "aria-label": "Close", onclick: () => close(true) }, "✕")),
    el("div", { class: "fields" }),
    el("footer", {}, el("button", { type: "button", class: "btn", onclick: () => close(false) }, view.close ? words(view.close) : back ? "Back" : "Cancel"),
      view.submit ? el("button", { class: "btn primary" }, words(view.submit)) : null));
}

function draw(view) {
  if (shown?.id !== view.id) { controls = new Map(); remembered = memory(); }
  const look = JSON.stringify([view.id, view.title, view.submit, view.close]), fresh = $("modal").dataset.look !== look;
  shown = view;
  if (fresh) { $("modal").dataset.look = look; $("modal").replaceChildren(frame(view)); }
  place($("modal").querySelector(".fields"), body(view));
  if (!$("modal").open) $("modal").showModal();
  if (fresh) (document.querySelector("#modal .fields [autofocus]") || document.querySelector("#modal .fields :is(input, textarea, select)"))?.focus();
}

function paintErrors(view) {
  for (const row of $("modal").querySelectorAll(".field")) {
    const wrong = view.errors?.[row.dataset.block] || "";
    row.classList.toggle("bad", Boolean(wrong));
    row.querySelector(".wrong").textContent = wrong;
  }
}

function paint() {
  const view = topmost();
  if (!view) {
    if ($("modal").open) $("modal").close();
    drawn = shown = null;
    $("modal").dataset.look = "";
    return;
  }
  const look = `${view.id} ${view.hash}`;
  if (look !== drawn) { drawn = look; draw(view); }
  const wrong = JSON.stringify(view.errors || {});
  if ($("modal").dataset.wrong !== wrong + look) { $("modal").dataset.wrong = wrong + look; paintErrors(view); }
}

/** Show modals from now on. */
export function startModals() {
  $("modal").addEventListener("cancel", (event) => { event.preventDefault(); if (shown) close(false); });
  onPaint(paint);
}
