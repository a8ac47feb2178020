/** People: their faces, who is in a channel, and what somebody may do. */

import { $, el, initials, safeUrl, tint } from "./dom.js";
import { emoji } from "./emoji.js";
import { entry, heading, popup } from "./popup.js";
import { ask, picked, world } from "./world.js";

/** The square picture of somebody: an image, an emoji, or initials. */
export function avatar(name, icons = {}, colour = null) {
  const url = icons.url && safeUrl(icons.url);
  if (url) return el("img", { class: "avatar", src: url, alt: "" });
  const sign = icons.emoji ? emoji(icons.emoji.replaceAll(":", "")) : initials(name);
  return el("div", { class: `avatar ${icons.emoji ? "sign" : ""}`, tint: colour || tint(name) }, sign);
}

/** The face of a user. */
export const face = (user) => avatar(user.real_name, {}, user.bot ? "#e8485f" : `#${user.color}`);

/** What to know about somebody besides the name. */
export function standing(user) {
  if (user.deleted) return "deactivated";
  if (user.guest) return "guest";
  if (user.stranger) return "other company";
  return null;
}

/** The person in front of the page. */
export const me = () => world.users.get(picked.as);

/** Everybody who can sit in front of it. */
export const humans = () => [...world.users.values()].filter((user) => !user.bot);

const row = (user, ...more) => el("div", { class: "member" }, face(user), el("span", {}, user.real_name, standing(user) ? el("small", {}, standing(user)) : null), more);

/** The members of a channel, to be invited and removed. */
export function membersMenu(at, room) {
  const turn = (verb, user) => () => ask(verb, "slack/members", { channel: room.id, user: user.id, by: picked.as });
  const inside = room.members.map((id) => world.users.get(id)).filter(Boolean);
  const outside = [...world.users.values()].filter((user) => !room.members.includes(user.id) && !user.deleted);
  const small = (label, go) => entry(label, go, "small");
  popup(at, [
    heading(`In this ${room.private ? "private channel" : "channel"}`), inside.map((user) => row(user, small("Remove", turn("DELETE", user)))),
    room.archived ? null : [heading("Not in it"), outside.map((user) => row(user, small("Add", turn("POST", user))))],
  ], "menu wide");
}

const ROLES = [
  ["guest", "Guest of the workspace"], ["single", "Guest of a single channel"], ["admin", "Workspace admin"], ["deleted", "Deactivated"],
];

/** What the person chosen may do, to be changed as a workspace admin would. */
export function staffMenu(at) {
  const user = me();
  const box = (label, checked, change) => el("label", { class: "choice" }, el("input", { type: "checkbox", checked, onchange: change }), label);
  const roles = ROLES.map(([name, label]) => box(label, user[name], (event) => ask("PATCH", `slack/users/${user.id}`, { [name]: event.target.checked })));
  const groups = world.groups.map((group) => box(`In @${group.handle}`, group.users.includes(user.id), (event) => {
    const others = group.users.filter((id) => id !== user.id);
    ask("PUT", `slack/groups/${group.id}`, { users: event.target.checked ? [...others, user.id] : others });
  }));
  popup(at, [heading(user.real_name), roles, heading("User groups"), groups], "menu wide");
}

/** Fill the list of who one can be. */
export function paintUsers() {
  const people = humans(), select = $("as");
  const labels = people.map((user) => user.real_name + (standing(user) ? ` (${standing(user)})` : ""));
  if (select.dataset.look !== labels.join()) {
    select.dataset.look = labels.join();
    select.replaceChildren(...people.map((user, index) => el("option", { value: user.id }, labels[index])));
  }
  if (select.value !== picked.as) select.value = picked.as;
}
