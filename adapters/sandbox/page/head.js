/** The head of a channel: its name with a menu, its topic, its pins and its members. */

import { $, el, toast } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";
import { face, membersMenu } from "./people.js";
import { entry, heading, popup, prompted, sure } from "./popup.js";
import { direct, HOME, label } from "./rooms.js";
import { ask, picked, repaint, world } from "./world.js";

const pinned = (room) => [...(world.messages.get(room?.id)?.values() || [])].filter((message) => message.pinned_to?.length).sort((a, b) => b.pinned_info.pinned_ts - a.pinned_info.pinned_ts);

const change = (room, body) => ask("PATCH", `slack/channels/${room.id}`, { user: picked.as, ...body });

async function rename(room) {
  const name = await prompted("Rename this channel", "Name", room.name);
  if (name) change(room, { name: name.toLowerCase().replace(/\s+/g, "-") });
}

async function retopic(room) {
  const topic = await prompted("Edit the topic", "Topic", room.topic);
  if (topic !== null) change(room, { topic });
}

async function remove(room) {
  const yes = await sure(`Delete #${room.name}?`, "The channel and all its messages are deleted for everybody.", { yes: "Delete it", look: "danger" });
  if (yes) ask("DELETE", `slack/channels/${room.id}`, { user: picked.as });
}

async function copy(words) {
  try {
    await navigator.clipboard.writeText(words);
    toast(`Copied: ${words}`);
  } catch {
    toast(words);
  }
}

function menu(room) {
  const inside = room.members.includes(picked.as), bot = room.members.includes(world.team.bot);
  const leave = (user) => () => ask("DELETE", "slack/members", { channel: room.id, user, by: picked.as });
  const join = (user) => () => ask("POST", "slack/members", { channel: room.id, user, by: picked.as });
  return [
    heading(`${room.private ? "🔒" : "#"} ${room.name}`),
    room.archived ? entry("Unarchive", () => change(room, { archived: false })) : [
      entry("Edit the topic…", () => retopic(room)), entry("Rename…", () => rename(room)),
      inside ? entry("Leave", leave(picked.as)) : entry("Join", join(picked.as)),
      entry("Archive", () => change(room, { archived: true }), "", "Closes the conversation"),
    ],
    bot ? entry("Remove Threadline", leave(world.team.bot), "danger") : room.archived ? null : entry("Add Threadline", join(world.team.bot)),
    entry("Delete…", () => remove(room), "danger"),
    entry("Copy the channel's id", () => copy(room.id), "", room.id),
  ];
}

function showPins(at, room) {
  const show = (message) => { document.querySelector(`#messages [data-ts="${message.ts}"]`)?.scrollIntoView({ block: "center" }); };
  popup(at, [heading("Pinned here"), pinned(room).map((message) => entry((message.text || "(no words)").slice(0, 120), () => show(message)))], "menu wide");
}

function paintMembers(room) {
  const members = (room?.members || []).map((id) => world.users.get(id)).filter(Boolean);
  $("members").hidden = !members.length;
  $("members").title = members.map((one) => one.real_name).join(", ");
  $("members").replaceChildren(...members.slice(0, 4).map(face), el("span", {}, members.length));
}

function paintTabs(shown) {
  $("room-tabs").hidden = !shown;
  if (!shown) return;
  const tab = (name, label) => el("button", { type: "button", role: "tab", "aria-selected": String((picked.appTab || HOME) === name), onclick: () => { picked.appTab = name; repaint(); } }, label);
  $("room-tabs").replaceChildren(tab(HOME, "Home"), tab("messages", "Messages"));
}

/** Draw the head of a channel, or of the app when there is none. */
export function paintHead(room) {
  const name = room && !room.direct ? [room.private ? "🔒 " : "# ", label(room.name), " ▾"] : ["Threadline"], look = [room?.private, room?.name].join();
  if ($("room-name").dataset.look !== look) { $("room-name").dataset.look = look; $("room-name").title = room?.name || ""; $("room-name").replaceChildren(...name); }
  const topic = room && !room.direct ? [room.archived ? "Archived" : "", room.topic || room.purpose].filter(Boolean).join(" · ") : "App";
  if ($("room-topic").title !== topic) { $("room-topic").title = topic; $("room-topic").replaceChildren(...mrkdwn(topic)); }
  const pins = room ? pinned(room).length : 0;
  $("pins").hidden = !pins;
  $("pins").textContent = `📌 ${pins}`;
  paintMembers(room?.direct ? null : room);
  paintTabs(picked.room === HOME && world.home && Boolean(direct()));
}

/** Let the head's buttons open their menus. */
export function startHead() {
  const room = () => world.channels.get(picked.room);
  $("room-name").addEventListener("click", (event) => room() && popup(event.currentTarget, menu(room())));
  $("pins").addEventListener("click", (event) => showPins(event.currentTarget, room()));
  $("members").addEventListener("click", (event) => room() && membersMenu(event.currentTarget, room()));
}
