/** The right side: the workspace as one of its people sees it. */

import { blocks } from "./blocks.js";
import { $, el, fill, growing, memory, place } from "./dom.js";
import { avatar, closeMenus, escaped, rows } from "./messages.js";
import { act, ask, onPaint, picked, repaint, roomOf, world } from "./world.js";

const HOME = "home";
const remembered = memory();
let thread = null, shownRoom = null;

const user = () => world.users.get(picked.as);
const mayRead = (room) => !room.private || room.members.includes(picked.as);
const onTop = (message) => !message.thread_ts || message.thread_ts === message.ts || message.subtype === "thread_broadcast";
const latest = (room) => [...(world.messages.get(room.id)?.values() || [])].filter((message) => onTop(message) && !message.subtype?.startsWith("channel_"));

function unread(room) {
  const seen = picked.read?.[`${picked.as}/${room.id}`] || "0";
  return latest(room).filter((message) => message.ts > seen && message.user !== picked.as).length;
}

function markRead(room) {
  const newest = latest(room).at(-1)?.ts || "0", key = `${picked.as}/${room.id}`;
  if (document.hidden || (picked.read?.[key] || "0") >= newest) return;
  picked.read = { ...picked.read, [key]: newest };
}

function roomsShown() {
  const rooms = [...world.channels.values()].filter((room) => mayRead(room) && (!room.archived || room.id === picked.room));
  const freshest = (room) => latest(room).at(-1)?.ts || "0";
  const fixed = rooms.filter((room) => !room.private);
  const own = rooms.filter((room) => room.private && !room.direct).sort((a, b) => (freshest(a) < freshest(b) ? 1 : -1));
  return { fixed, own, direct: rooms.filter((room) => room.direct) };
}

function go(id) {
  picked.room = id;
  thread = null;
  if (id === HOME) act("slack/home", { user: picked.as });
  repaint();
}

function label(room) {
  return room.direct ? "Threadline" : room.name;
}

function line(room) {
  const count = room.id === picked.room ? 0 : unread(room), current = room.id === picked.room;
  return remembered(room.id, [label(room), room.private, room.archived, count, current], () => button(room, count));
}

function button(room, count) {
  return el("button", { type: "button", class: `chan ${count ? "unread" : ""} ${room.archived ? "gone" : ""}`, "aria-current": String(room.id === picked.room), onclick: () => go(room.id) },
    el("span", { class: "mark" }, room.direct ? "●" : room.private ? "🔒" : "#"), el("span", { class: "label" }, label(room)),
    count ? el("span", { class: "count" }, count) : null);
}

function paintSide() {
  const { fixed, own, direct } = roomsShown();
  const home = remembered(HOME, picked.room === HOME, () => el("button", { type: "button", class: "chan", "aria-current": String(picked.room === HOME), onclick: () => go(HOME) },
    el("span", { class: "mark" }, "⌂"), el("span", { class: "label" }, "Threadline")));
  const head = (words) => remembered(`head ${words}`, words, () => el("h3", {}, words));
  $("team").textContent = world.team.name;
  place($("channels"), [
    head("Channels"), ...fixed.map(line), ...(own.length ? [head("Conversations")] : []), ...own.map(line),
    ...(world.home || direct.length ? [head("Apps")] : []), ...(world.home ? [home] : []), ...direct.map(line)]);
  const total = [...fixed, ...own, ...direct].reduce((sum, room) => sum + (room.id === picked.room ? 0 : unread(room)), 0);
  document.querySelector(".tabs .dot").hidden = !total;
}

function paintUsers() {
  const people = [...world.users.values()].filter((one) => !one.bot), select = $("as");
  if (select.options.length !== people.length) {
    select.replaceChildren(...people.map((one) => el("option", { value: one.id }, one.real_name + (one.guest ? " (guest)" : one.stranger ? " (other company)" : ""))));
  }
  if (select.value !== picked.as) select.value = picked.as;
}

function paintHead(room) {
  $("room-name").textContent = room ? `${room.direct ? "" : room.private ? "🔒 " : "# "}${label(room)}` : "Threadline";
  $("room-topic").textContent = room ? [room.topic, room.archived && "archived"].filter(Boolean).join(" · ") || room.purpose : "App Home";
  const members = (room?.members || []).map((id) => world.users.get(id)).filter(Boolean);
  $("members").replaceChildren(...members.slice(0, 5).map((one) => {
    const face = avatar(one.real_name, {}, one.bot ? "#e8485f" : `#${one.color}`);
    face.title = one.real_name;
    return face;
  }));
}

function paintHome() {
  const view = world.homes[picked.as];
  const place = (block, item) => ({ user: picked.as, home: true, block_id: block, action_id: item.action_id });
  const use = (block, item, value) => act("slack/actions", { ...place(block, item), value });
  const suggest = async (block, item, typed) => (await act("slack/suggestions", { ...place(block, item), view: view.id, value: typed }))?.options;
  const inside = view ? blocks(view.blocks, use, suggest) : el("p", { class: "note" }, "Threadline has not published a home for you yet.");
  const name = `home ${picked.as}`;
  fill($("messages"), [remembered(name, view?.hash || "", () => el("li", { class: "home" }, inside))]);
}

function paintRoom(room) {
  const all = [...(world.messages.get(room.id)?.values() || [])];
  const own = [...world.ephemerals.values()].filter((one) => one.channel === room.id && one.for === picked.as);
  const order = (a, b) => (a.ts < b.ts ? -1 : 1);
  const top = [...all.filter(onTop), ...own.filter((one) => !one.thread_ts)].sort(order);
  const begin = `This is the beginning of ${label(room)}.`;
  const empty = remembered(`empty ${room.id}`, begin, () => el("li", { class: "sys" }, begin));
  fill($("messages"), top.length ? rows(top.slice(-200), (ts) => { thread = ts; repaint(); }) : [empty]);
  if (thread) fill($("replies"), rows([...all.filter((one) => one.ts === thread || one.thread_ts === thread), ...own.filter((one) => one.thread_ts === thread)].sort(order), null));
  if (shownRoom !== room.id) $("messages").scrollTop = 1e9;
  markRead(room);
}

function paintAbsent(room) {
  const inside = room?.members.includes(picked.as);
  const show = room && !room.archived && !inside;
  $("composer").hidden = !room || !inside || room.archived;
  $("reply-form").hidden = $("composer").hidden;
  $("absent").hidden = !show;
  if (!show) return;
  const invite = () => ask("POST", "slack/members", { channel: room.id, user: picked.as });
  $("absent").replaceChildren(el("span", {}, `${user().real_name} is not in this channel.`), el("button", { type: "button", class: "btn", onclick: invite }, "Join"));
}

/** What to open when nothing was chosen: the conversation of the phone shown, else the latest. */
function firstRoom() {
  const { fixed, own } = roomsShown();
  return (roomOf(picked.phone, own) || own[0] || fixed[0])?.id || HOME;
}

function paint() {
  if (!world.users.size) return;
  if (!world.users.has(picked.as)) picked.as = "U0DANA";
  const known = world.channels.get(picked.room);
  if (picked.room !== HOME && !(known && mayRead(known))) picked.room = firstRoom();
  const room = world.channels.get(picked.room);
  const parent = thread && world.messages.get(picked.room)?.get(thread);
  if (!parent) thread = null;
  paintUsers();
  paintSide();
  paintHead(room);
  $("thread").hidden = !thread;
  if (room) paintRoom(room);
  else paintHome();
  paintAbsent(room);
  const offered = world.commands.length ? ` · or ${world.commands.join(", ")}` : "";
  const among = room && !room.private && !room.direct ? " · stays among colleagues" : "";
  $("say").placeholder = room ? `Message ${room.direct ? "Threadline" : `#${room.name}`}${among}${offered}` : "";
  shownRoom = picked.room;
}

async function say(event) {
  event.preventDefault();
  const typed = $("say").value.trim();
  if (!typed) return;
  $("say").clear();
  if (!typed.startsWith("/")) return void await write(typed);
  const [command, ...rest] = typed.split(" ");
  await act("slack/commands", { user: picked.as, channel: picked.room, command, text: rest.join(" ") });
}

const write = (typed, more = {}) => ask("POST", "slack/messages", { channel: picked.room, user: picked.as, text: escaped(typed), ...more });

async function reply(event) {
  event.preventDefault();
  const typed = $("reply").value.trim();
  $("reply").clear();
  if (typed) await write(typed, { thread_ts: thread });
}

/** Bring the workspace to life. */
export function startSlack() {
  for (const id of ["say", "reply"]) growing($(id));
  $("composer").addEventListener("submit", say);
  $("reply-form").addEventListener("submit", reply);
  $("thread-close").addEventListener("click", () => { thread = null; repaint(); });
  $("as").addEventListener("change", (event) => { picked.as = event.target.value; if (picked.room === HOME) go(HOME); else picked.room = firstRoom(); repaint(); });
  document.addEventListener("click", closeMenus);
  document.addEventListener("visibilitychange", repaint);
  onPaint(paint);
}
