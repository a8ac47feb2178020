/** The right side: the workspace as one of its people sees it. */

import { $, el, fill, memory } from "./dom.js";
import { paintComposer, startComposers } from "./composer.js";
import { paintHead, startHead } from "./head.js";
import { leaveHome, openHome, paintHome } from "./home.js";
import { rows } from "./messages.js";
import { me, paintUsers, staffMenu } from "./people.js";
import { direct, firstRoom, HOME, known, markRead, paintSide, topOf } from "./rooms.js";
import { ask, onPaint, picked, repaint, world } from "./world.js";

const MOST = 200;
const remembered = memory();
const order = (a, b) => (a.ts < b.ts ? -1 : 1);
let thread = null, shownRoom = null;

function go(id) {
  if (picked.room !== id) thread = null;
  picked.room = id;
  repaint();
}

function openThread(ts) {
  thread = ts;
  repaint();
  requestAnimationFrame(() => $("reply").focus());
}

function closeThread() {
  if (!thread) return;
  thread = null;
  repaint();
  $("say").focus();
}

function empty(room) {
  const words = room.direct ? "Nothing has been said here." : `This is the beginning of #${room.name}.`;
  return remembered(`empty ${room.id}`, words, () => el("li", { class: "sys" }, words));
}

function paintRoom(room) {
  const own = [...world.ephemerals.values()].filter((one) => one.channel === room.id && one.for === picked.as);
  const top = [...topOf(room), ...own.filter((one) => !one.thread_ts)].sort(order);
  fill($("messages"), top.length ? rows(top.slice(-MOST), openThread) : [empty(room)]);
  if (shownRoom !== room.id) $("messages").scrollTop = 1e9;
  markRead(room);
  if (thread) paintThread(room, own);
}

function paintThread(room, own) {
  const all = [...(world.messages.get(room.id)?.values() || [])].filter((one) => one.ts === thread || one.thread_ts === thread);
  $("thread-room").textContent = ` in #${room.name}`;
  fill($("replies"), rows([...all, ...own.filter((one) => one.thread_ts === thread)].sort(order), null));
}

function paintAbsent(room) {
  const inside = room?.members.includes(picked.as), closed = !room || room.archived || !inside || me().deleted;
  $("composer").hidden = closed;
  $("reply-form").hidden = closed;
  $("absent").hidden = !room || !closed;
  if ($("absent").hidden) return;
  const why = room.archived ? "This channel is archived." : me().deleted ? `${me().real_name} is deactivated.` : `${me().real_name} is not in this channel.`;
  const join = () => ask("POST", "slack/members", { channel: room.id, user: picked.as });
  $("absent").replaceChildren(el("span", {}, why), room.archived || me().deleted ? "" : el("button", { type: "button", class: "btn", onclick: join }, "Join"));
}

/** The id of what has that name: the page's address may say either. */
const named = (all, name) => [...all.values()].find((one) => name && one.name === name.replace(/^[@#]/, ""))?.id;

function paint() {
  if (!world.users.size) return;
  if (!world.users.has(picked.as)) picked.as = named(world.users, picked.as) || [...world.users.values()].find((user) => !user.bot).id;
  if (!known(picked.room)) picked.room = named(world.channels, picked.room) || picked.room;
  if (!known(picked.room)) picked.room = firstRoom();
  const atHome = picked.room === HOME, home = atHome && world.home && (picked.appTab !== "messages" || !direct());
  const room = atHome ? (home ? null : direct()) : world.channels.get(picked.room);
  if (thread && !world.messages.get(room?.id)?.get(thread)) thread = null;
  if (home) openHome(); else leaveHome();
  paintUsers();
  paintSide(go);
  paintHead(room);
  $("thread").hidden = !thread;
  if (room) paintRoom(room); else paintHome();
  paintAbsent(room);
  paintComposer(room);
  shownRoom = room?.id || HOME;
}

function keys(event) {
  const typing = event.target.matches("input, textarea, select") && event.target.value;
  if (event.key === "Escape" && !document.querySelector("dialog[open]") && !typing) closeThread();
  if ((event.metaKey || event.ctrlKey) && event.key === "k") { event.preventDefault(); $("filter").focus(); }
}

function filtered(event) {
  if (event.key === "Escape") { $("filter").value = ""; repaint(); $("say").focus(); }
  if (event.key === "Enter") document.querySelector("#channels .chan")?.click();
}

/** Bring the workspace to life. */
export function startSlack() {
  startHead();
  startComposers(() => thread);
  $("thread-close").addEventListener("click", closeThread);
  $("as").addEventListener("change", (event) => { picked.as = event.target.value; if (!known(picked.room)) go(firstRoom()); repaint(); });
  $("staff").addEventListener("click", (event) => staffMenu(event.currentTarget));
  $("filter").addEventListener("input", repaint);
  $("filter").addEventListener("keydown", filtered);
  document.addEventListener("keydown", keys);
  document.addEventListener("visibilitychange", repaint);
  onPaint(paint);
}
