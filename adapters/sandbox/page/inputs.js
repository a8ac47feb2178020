/** The elements of forms: each is `{node, read()}`, where read gives what scripts send. */

import { el } from "./dom.js";
import { world } from "./world.js";

const optionsOf = (item) => (item.option_groups || [item]).flatMap((group) => group.options || []);
const NATIVE = { datepicker: "date", timepicker: "time", email_text_input: "email", number_input: "number", url_text_input: "url" };

function line(item) {
  const node = el(item.multiline ? "textarea" : "input", {
    placeholder: item.placeholder?.text, rows: item.multiline ? 4 : null,
    type: item.multiline ? null : NATIVE[item.type] || "text", maxlength: item.max_length,
    step: item.type === "number_input" && item.is_decimal_allowed ? "any" : null,
  });
  node.value = item.initial_value ?? item.initial_date ?? item.initial_time ?? "";
  return { node, read: () => node.value || null };
}

function moment(item) {
  const node = el("input", { type: "datetime-local" });
  if (item.initial_date_time) {
    const then = new Date(item.initial_date_time * 1000);
    node.value = new Date(then - then.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
  }
  return { node, read: () => (node.value ? Math.floor(new Date(node.value).getTime() / 1000) : null) };
}

function select(item, pairs, chosen, multiple = false) {
  const node = el("select", { multiple, size: multiple ? Math.min(6, Math.max(3, pairs.length)) : null });
  if (!multiple) node.append(el("option", { value: "" }, item.placeholder?.text || "Choose…"));
  for (const [value, label] of pairs) node.append(el("option", { value, selected: chosen.includes(value) }, label));
  const read = () => [...node.selectedOptions].map((option) => option.value).filter(Boolean);
  return { node, read: () => (multiple ? read() : read()[0] ?? null) };
}

function fixed(item, multiple) {
  const chosen = [item.initial_option, ...(item.initial_options || [])].filter(Boolean).map((option) => option.value);
  return select(item, optionsOf(item).map((option) => [option.value, option.text.text]), chosen, multiple);
}

function ticked(item, type) {
  const chosen = [item.initial_option, ...(item.initial_options || [])].filter(Boolean).map((option) => option.value);
  const name = `choice-${Math.random().toString(36).slice(2)}`;
  const boxes = optionsOf(item).map((option) => {
    const box = el("input", { type, name, value: option.value, checked: chosen.includes(option.value) });
    return { box, row: el("label", { class: "choice" }, box, el("span", {}, option.text.text, option.description && el("small", {}, ` ${option.description.text}`))) };
  });
  const read = () => boxes.filter(({ box }) => box.checked).map(({ box }) => box.value);
  return { node: el("div", {}, boxes.map(({ row }) => row)), read: () => (type === "radio" ? read()[0] ?? null : read()) };
}

function external(item, suggest, multiple) {
  const field = el("input", { type: "search", placeholder: item.placeholder?.text || "Type to search…" });
  const found = el("select", { size: 4, multiple, hidden: true });
  let known = [item.initial_option, ...(item.initial_options || [])].filter(Boolean), waiting = 0;
  const show = () => {
    found.replaceChildren(...known.map((option) => el("option", { value: option.value }, option.text.text)));
    found.hidden = !known.length;
  };
  const search = async () => {
    const turn = ++waiting;
    const options = await suggest(field.value);
    if (turn === waiting && options) { known = options; show(); }
  };
  field.addEventListener("input", (event) => { event.stopPropagation(); if (field.value.length >= (item.min_query_length ?? 3)) search(); });
  field.addEventListener("focus", () => { if (!item.min_query_length && !known.length) search(); });
  field.addEventListener("change", (event) => event.stopPropagation());
  found.addEventListener("change", () => { if (!multiple && found.selectedOptions[0]) field.value = found.selectedOptions[0].textContent; });
  show();
  if (known.length) { field.value = multiple ? "" : known[0].text.text; [...found.options].forEach((option) => { option.selected = true; }); }
  const read = () => known.filter((option) => [...found.selectedOptions].some((chosen) => chosen.value === option.value));
  return { node: el("div", {}, field, found), read: () => (multiple ? read() : read()[0] ?? null) };
}

const people = () => [...world.users.values()].filter((user) => !user.bot).map((user) => [user.id, user.real_name]);
const rooms = () => [...world.channels.values()].filter((room) => !room.direct).map((room) => [room.id, `#${room.name}`]);

const KINDS = {
  datetimepicker: moment,
  static_select: (item) => fixed(item, false),
  multi_static_select: (item) => fixed(item, true),
  overflow: (item) => fixed({ placeholder: { text: "⋯" }, ...item }, false),
  radio_buttons: (item) => ticked(item, "radio"),
  checkboxes: (item) => ticked(item, "checkbox"),
  external_select: (item, { suggest }) => external(item, suggest, false),
  multi_external_select: (item, { suggest }) => external(item, suggest, true),
  users_select: (item) => select(item, people(), [item.initial_user].filter(Boolean)),
  multi_users_select: (item) => select(item, people(), item.initial_users || [], true),
  conversations_select: (item) => select(item, rooms(), [item.initial_conversation].filter(Boolean)),
  channels_select: (item) => select(item, rooms(), [item.initial_channel].filter(Boolean)),
  multi_conversations_select: (item) => select(item, rooms(), item.initial_conversations || [], true),
};

/** The control for one element. */
export const control = (item, helpers) => (KINDS[item.type] || line)(item, helpers);
