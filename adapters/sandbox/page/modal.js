/** The topmost modal of the person chosen: drawn as a form, submitted as Slack does. */

import { blocks } from "./blocks.js";
import { $, el } from "./dom.js";
import { control } from "./inputs.js";
import { words } from "./mrkdwn.js";
import { act, ask, onPaint, picked, world } from "./world.js";

let drawn = null, fields = [];

function topmost() {
  const mine = [...world.views.values()].filter((view) => view.for === picked.as);
  return mine.find((view) => !mine.some((other) => other.previous_view_id === view.id)) || null;
}

const state = () => Object.fromEntries(fields.map(({ name, read }) => [name, read()]));

function field(block, view) {
  const item = block.element;
  const suggest = async (typed) => (await act("slack/suggestions", { user: picked.as, view: view.id, action_id: item.action_id, value: typed }))?.options;
  const made = control(item, { suggest });
  const wrong = el("span", { class: "wrong", role: "alert" });
  fields.push({ name: block.block_id || item.action_id, read: made.read, wrong });
  return el("label", { class: "field" },
    el("span", {}, words(block.label), block.optional ? el("small", {}, " (optional)") : null), made.node,
    block.hint ? el("small", {}, words(block.hint)) : null, wrong);
}

function body(view) {
  const use = (block, item, value) => act("slack/actions", { user: picked.as, view: view.id, block_id: block, action_id: item.action_id, value, state: state() });
  const suggest = async (block, item, typed) => (await act("slack/suggestions", { user: picked.as, view: view.id, action_id: item.action_id, value: typed }))?.options;
  return view.blocks.map((block) => (block.type === "input" ? field(block, view) : blocks([block], use, suggest)));
}

async function submit(event, view) {
  event.preventDefault();
  const press = event.submitter;
  if (press) press.disabled = true;
  await act(`slack/views/${view.id}`, { user: picked.as, state: state() });
  if (press) press.disabled = false;
}

function draw(view) {
  fields = [];
  const close = () => ask("POST", `slack/views/${view.id}/close`, { user: picked.as });
  const form = el("form", { novalidate: true, onsubmit: (event) => submit(event, view) },
    el("header", {}, el("h2", {}, words(view.title)), el("button", { type: "button", class: "icon", "aria-label": "Close", onclick: close }, "✕")),
    el("div", { class: "fields" }, body(view)),
    el("footer", {}, el("button", { type: "button", class: "btn", onclick: close }, view.close ? words(view.close) : "Cancel"),
      view.submit ? el("button", { class: "btn primary" }, words(view.submit)) : null));
  $("modal").replaceChildren(form);
  $("modal").oncancel = (event) => { event.preventDefault(); close(); };
  if (!$("modal").open) $("modal").showModal();
}

function paint() {
  const view = topmost();
  if (!view) { if ($("modal").open) $("modal").close(); drawn = null; return; }
  const look = `${view.id} ${view.hash}`;
  if (look !== drawn) { drawn = look; draw(view); }
  for (const { name, wrong } of fields) wrong.textContent = view.errors?.[name] || "";
}

/** Show modals from now on. */
export const startModals = () => onPaint(paint);
