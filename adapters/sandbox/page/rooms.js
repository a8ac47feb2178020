/** The sidebar: channels in groups, found by name, unread ones marked. */

import { $, el, memory, place } from "./dom.js";
import { picked, repaint, roomOf, world } from "./world.js";

/** The place of the app itself: its home, and the direct messages with it. */
export const HOME = "home";

const remembered = memory();
const QUIET = /^(channel_|group_|pinned_item)/;
const mayRead = (room) => !room.private || room.members.includes(picked.as);
const onTop = (message) => !message.thread_ts || message.thread_ts === message.ts || message.subtype === "thread_broadcast";
const latest = (room) => [...(world.messages.get(room.id)?.values() || [])].filter((message) => onTop(message) && !QUIET.test(message.subtype || ""));
const freshest = (room) => latest(room).at(-1)?.ts || String(room.created);
const newestFirst = (a, b) => (freshest(a) < freshest(b) ? 1 : -1);

/** The messages of a channel that are not in threads. */
export const topOf = (room) => [...(world.messages.get(room.id)?.values() || [])].filter(onTop);

/** How many messages of others somebody has not seen. */
export function unread(room) {
  const seen = picked.read?.[`${picked.as}/${room.id}`] || "0";
  return latest(room).filter((message) => message.ts > seen && message.user !== picked.as).length;
}

/** What is shown counts as read. */
export function markRead(room) {
  const newest = latest(room).at(-1)?.ts || "0", key = `${picked.as}/${room.id}`;
  if (document.hidden || (picked.read?.[key] || "0") >= newest) return;
  picked.read = { ...picked.read, [key]: newest };
}

/** The direct messages of the app with somebody. */
export const direct = (user = picked.as) => [...world.channels.values()].find((room) => room.direct && room.members.includes(user));

function grouped() {
  const words = $("filter").value.trim().toLowerCase().replace(/^#/, "");
  const fits = (room) => words.split(/\s+/).every((word) => `${room.name} ${room.topic}`.toLowerCase().includes(word));
  const rooms = [...world.channels.values()].filter((room) => !room.direct && mayRead(room) && fits(room));
  const live = rooms.filter((room) => !room.archived);
  return {
    inbox: live.filter((room) => !room.private),
    own: live.filter((room) => room.private).sort(newestFirst),
    gone: rooms.filter((room) => room.archived).sort(newestFirst),
  };
}

/** What to open when nothing was chosen: the conversation of the phone shown, else the latest. */
export function firstRoom() {
  const { inbox, own } = grouped();
  return (roomOf(picked.phone, own) || own[0] || inbox[0])?.id || HOME;
}

/** Whether the person may open that channel. */
export const known = (id) => id === HOME || Boolean(world.channels.get(id) && !world.channels.get(id).direct && mayRead(world.channels.get(id)));

/** A name of which the end never disappears: there it says which of several it is. */
export function label(name) {
  const end = /-[^-]{1,6}(-\d{1,2})?$/.exec(name)?.[0] || "";
  return el("span", { class: "label" }, el("span", { class: "start" }, name.slice(0, name.length - end.length)), el("span", { class: "end" }, end));
}

function line(room, go) {
  const current = room.id === picked.room, count = current ? 0 : unread(room);
  const look = [room.name, room.private, room.archived, count, current, room.topic];
  return remembered(room.id, look, () => el("button", {
    type: "button", class: `chan ${count ? "unread" : ""} ${room.archived ? "gone" : ""}`, title: [room.name, room.topic].filter(Boolean).join("\n"),
    "aria-current": String(current), "aria-label": `${room.name}${count ? `, ${count} unread` : ""}`, onclick: () => go(room.id),
  }, el("span", { class: "mark" }, room.archived ? "🗄" : room.private ? "🔒" : "#"), label(room.name), count ? el("span", { class: "count" }, count) : null));
}

function group(words, rooms, go, { closed = false } = {}) {
  if (!rooms.length) return [];
  const key = `head ${words}`, searching = Boolean($("filter").value.trim());
  const open = searching || (picked.groups?.[words] ?? !closed);
  const flip = () => { picked.groups = { ...picked.groups, [words]: !open }; repaint(); };
  const head = remembered(key, [open, rooms.length], () => el("button", { type: "button", class: "group", "aria-expanded": String(open), onclick: flip }, `${open ? "▾" : "▸"} ${words}`, el("small", {}, rooms.length)));
  const shown = open ? rooms : rooms.filter((room) => room.id === picked.room);
  return [head, ...shown.map((room) => line(room, go))];
}

function app(go) {
  const room = direct(), current = picked.room === HOME, count = room && !current ? unread(room) : 0;
  return remembered(HOME, [current, count], () => el("button", { type: "button", class: `chan ${count ? "unread" : ""}`, "aria-current": String(current), onclick: () => go(HOME) },
    el("span", { class: "mark" }, "◆"), el("span", { class: "label" }, "Threadline"), count ? el("span", { class: "count" }, count) : null));
}

/** Draw the sidebar; `go` opens a channel. */
export function paintSide(go) {
  const { inbox, own, gone } = grouped();
  const nothing = !inbox.length && !own.length && !gone.length;
  $("team").textContent = world.team.name;
  place($("channels"), [
    ...group("Conversations", own, go), ...group("Inbox and channels", inbox, go),
    ...(world.home || direct() ? [remembered("head apps", 0, () => el("div", { class: "group" }, "Apps")), app(go)] : []),
    ...group("Archived", gone, go, { closed: true }),
    ...(nothing && $("filter").value ? [remembered("none", 0, () => el("p", { class: "nothing" }, "Nothing of that name."))] : []),
  ]);
  const elsewhere = [...own, ...inbox].filter((room) => room.id !== picked.room);
  document.querySelector(".tabs .dot").hidden = !elsewhere.some(unread);
}
