/** The elements of forms: each is `{node, read()}`, where read gives what scripts send. */

import { el } from "./dom.js";
import { encoded } from "./files.js";
import { searching } from "./search.js";
import { humans } from "./people.js";
import { mrkdwn } from "./mrkdwn.js";
import { world } from "./world.js";

const NATIVE = { datepicker: "date", timepicker: "time", email_text_input: "email", number_input: "number", url_text_input: "url" };
const optionsOf = (item) => (item.option_groups || [item]).flatMap((group) => group.options || []);
const valuesOf = (start) => [start].flat().filter(Boolean).map((one) => one.value ?? one);
const label = (option) => (option.text.type === "mrkdwn" ? mrkdwn(option.text.text) : [option.text.text]);

/** What an element holds at first: what was put into it before, else what the form proposes. */
export function firstOf(item, state) {
  const found = (fields, prefix) => Object.entries(fields || {}).find(([name]) => name.startsWith(prefix))?.[1];
  if (state) return state.value ?? state.files ?? found(state, "selected_") ?? null;
  return found(item, "initial_") ?? null;
}

function line(item, start) {
  const node = el(item.multiline ? "textarea" : "input", {
    placeholder: item.placeholder?.text, rows: item.multiline ? 4 : null, autocomplete: "off",
    type: item.multiline ? null : NATIVE[item.type] || "text", maxlength: item.max_length, autofocus: item.focus_on_load,
    step: item.type === "number_input" && item.is_decimal_allowed ? "any" : null,
  });
  node.value = start ?? "";
  return { node, read: () => node.value || null };
}

function moment(item, start) {
  const node = el("input", { type: "datetime-local" });
  if (start) {
    const then = new Date(start * 1000);
    node.value = new Date(then - then.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
  }
  return { node, read: () => (node.value ? Math.floor(new Date(node.value).getTime() / 1000) : null) };
}

function select(item, groups, start, multiple = false) {
  const chosen = valuesOf(start), all = groups.flatMap(([, pairs]) => pairs);
  const node = el("select", { multiple, size: multiple ? Math.min(6, Math.max(3, all.length)) : null });
  const option = ([value, words]) => el("option", { value, selected: chosen.includes(value) }, words);
  if (!multiple) node.append(el("option", { value: "" }, item.placeholder?.text || "Choose…"));
  for (const [name, pairs] of groups) node.append(...(name ? [el("optgroup", { label: name }, pairs.map(option))] : pairs.map(option)));
  const read = () => [...node.selectedOptions].map((one) => one.value).filter(Boolean);
  return { node, read: () => (multiple ? read() : read()[0] ?? null) };
}

function fixed(item, start, multiple = false) {
  const pairs = (group) => (group.options || []).map((option) => [option.value, option.text.text + (option.description ? ` (${option.description.text})` : "")]);
  return select(item, (item.option_groups || [item]).map((group) => [group.label?.text, pairs(group)]), start, multiple);
}

function ticked(item, start, type) {
  const chosen = valuesOf(start), name = `choice-${Math.random().toString(36).slice(2)}`;
  const boxes = optionsOf(item).map((option) => {
    const box = el("input", { type, name, value: option.value, checked: chosen.includes(option.value) });
    const words = el("span", {}, label(option), option.description ? el("small", {}, option.description.text) : null);
    return { box, row: el("label", { class: "choice" }, box, words) };
  });
  const read = () => boxes.filter(({ box }) => box.checked).map(({ box }) => box.value);
  return { node: el("div", { class: "choices" }, boxes.map(({ row }) => row)), read: () => (type === "radio" ? read()[0] ?? null : read()) };
}

/** Files of the kinds that are wanted; what was chosen before stays until others are chosen. */
function files(item, start) {
  let chosen = start || [];
  const names = () => chosen.map((one) => one.name).join(", ");
  const accept = (item.filetypes || []).map((kind) => `.${kind}`).join(",");
  const input = el("input", { type: "file", accept, multiple: item.max_files !== 1 }), said = el("small", {}, names());
  input.addEventListener("change", async () => {
    chosen = await Promise.all([...input.files].map(async (one) => ({ name: one.name, content: await encoded(one) })));
    said.textContent = names();
  });
  return { node: el("div", { class: "choices" }, input, said), read: () => chosen };
}

const people = () => [[null, humans().filter((user) => !user.deleted).map((user) => [user.id, user.real_name])]];
const rooms = () => [[null, [...world.channels.values()].filter((room) => !room.direct && !room.archived).map((room) => [room.id, `${room.private ? "🔒" : "#"} ${room.name}`])]];
const many = (list) => (item, start) => select(item, list(), start, true);
const one = (list) => (item, start) => select(item, list(), start);

const KINDS = {
  datetimepicker: moment,
  file_input: files,
  static_select: (item, start) => fixed(item, start),
  multi_static_select: (item, start) => fixed(item, start, true),
  radio_buttons: (item, start) => ticked(item, start, "radio"),
  checkboxes: (item, start) => ticked(item, start, "checkbox"),
  external_select: (item, start, suggest) => searching(item, start, suggest, false),
  multi_external_select: (item, start, suggest) => searching(item, start, suggest, true),
  users_select: one(people), multi_users_select: many(people),
  conversations_select: one(rooms), multi_conversations_select: many(rooms),
  channels_select: one(rooms), multi_channels_select: many(rooms),
};

/** The control for one element, holding `start`; `suggest(typed)` gives the options of a search. */
export const control = (item, start, suggest) => (KINDS[item.type] || line)(item, start, suggest);
