/** One Slack message: who, what, reactions, and what can be done with it. */

import { blocks } from "./blocks.js";
import { day, el, growing, hour, initials, memory, safeUrl, tint } from "./dom.js";
import { emoji, QUICK } from "./emoji.js";
import { mrkdwn } from "./mrkdwn.js";
import { act, ask, picked, repaint, world } from "./world.js";

const QUIET = ["channel_join", "channel_leave", "channel_topic", "channel_purpose", "channel_name", "channel_archive"];
const open = { menu: null, edit: null };
const remembered = memory();

/** Close whatever menu is open. */
export function closeMenus() {
  if (open.menu) { open.menu = null; repaint(); }
}

/** The square picture of somebody: an image, an emoji, or initials. */
export function avatar(name, icons = {}, colour = null) {
  const url = icons.url && safeUrl(icons.url);
  if (url) return el("img", { class: "avatar", src: url, alt: "" });
  const sign = icons.emoji ? emoji(icons.emoji.replaceAll(":", "")) : initials(name);
  return el("div", { class: `avatar ${icons.emoji ? "sign" : ""}`, tint: colour || tint(name) }, sign);
}

function author(message) {
  const user = world.users.get(message.user);
  if (message.username) return { name: message.username, app: true, icons: message.icons };
  const colour = user?.color && !user.bot ? `#${user.color}` : "#e8485f";
  return { name: user?.real_name || "Slackbot", app: Boolean(message.bot_id), colour, about: user?.guest ? "guest" : user?.stranger ? "other company" : null };
}

function target(message) {
  return { channel: message.channel, ts: message.ts, user: picked.as };
}

function reactions(message) {
  if (!message.reactions?.length) return null;
  return el("div", { class: "reacts" }, message.reactions.map(({ name, users, count }) => {
    const mine = users.includes(picked.as);
    const who = users.map((id) => world.users.get(id)?.real_name || id).join(", ");
    const flip = () => ask(mine ? "DELETE" : "POST", "slack/reactions", { ...target(message), name });
    return el("button", { type: "button", class: `react ${mine ? "mine" : ""}`, title: `:${name}: by ${who}`, onclick: flip }, emoji(name), el("span", {}, count));
  }));
}

function file(item) {
  const url = safeUrl(item.url_private);
  const image = item.mimetype?.startsWith("image/");
  return el("a", { class: image ? "" : "file", href: url, target: "_blank", rel: "noopener" },
    image ? el("img", { class: "picture", src: url, alt: item.title }) : ["📎", el("span", {}, item.title || item.name)]);
}

function content(message) {
  if (open.edit === message.ts) return rewriting(message);
  const typed = message.blocks?.every((block) => block.block_id === "typed");
  const edited = message.edited && !message.bot_id ? el("span", { class: "edited" }, "(edited)") : null;
  const use = (block, item, value) => act("slack/actions", { ...target(message), block_id: block, action_id: item.action_id, value });
  const suggest = async (block, item, typedIn) =>
    (await act("slack/suggestions", { ...target(message), block_id: block, action_id: item.action_id, value: typedIn }))?.options;
  if (message.blocks?.length && !typed) return [blocks(message.blocks, use, suggest), edited];
  return el("div", { class: message.subtype === "tombstone" ? "note" : "body" }, mrkdwn(message.text || ""), edited);
}

function rewriting(message) {
  const area = el("textarea", { rows: 2 });
  area.value = message.text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
  const stop = () => { open.edit = null; repaint(); };
  const save = async (event) => {
    event.preventDefault();
    stop();
    await ask("PUT", `slack/messages/${message.channel}/${message.ts}`, { text: escaped(area.value.trim()) });
  };
  const form = el("form", { class: "rewrite", onsubmit: save }, area,
    el("button", { class: "btn primary" }, "Save"), el("button", { type: "button", class: "btn", onclick: stop }, "Cancel"));
  growing(area);
  area.addEventListener("keydown", (event) => { if (event.key === "Escape") stop(); });
  queueMicrotask(() => area.focus());
  return form;
}

/** What a person types, as Slack stores it. */
export const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

function tools(message, onThread) {
  const react = (name) => ask("POST", "slack/reactions", { ...target(message), name });
  const flip = (event) => { event.stopPropagation(); open.menu = open.menu === message.ts ? null : message.ts; repaint(); };
  const change = () => { open.edit = message.ts; repaint(); };
  const held = isHeld(message) ? [el("button", { type: "button", onclick: change }, "Edit"), el("button", { type: "button", onclick: () => remove(message) }, "Delete")] : null;
  return el("div", { class: "tools" }, held,
    QUICK.map((name) => el("button", { type: "button", title: `:${name}:`, onclick: () => react(name) }, emoji(name))),
    onThread && el("button", { type: "button", title: "Reply in a thread", onclick: () => onThread(message.thread_ts || message.ts) }, "💬"),
    el("button", { type: "button", title: "More", "aria-haspopup": "menu", onclick: flip }, "⋯"));
}

const isMine = (message) => message.user === picked.as && !message.bot_id && message.subtype !== "tombstone";
const isHeld = (message) => isMine(message) && message.reactions?.some((one) => one.name === "hourglass_flowing_sand");
const remove = (message) => ask("DELETE", `slack/messages/${message.channel}/${message.ts}`);

function menu(message) {
  if (open.menu !== message.ts) return null;
  const mine = isMine(message);
  const item = (label, go, kind = "") => el("button", { type: "button", class: kind, role: "menuitem", onclick: () => { open.menu = null; go(); repaint(); } }, label);
  const run = (callback) => act("slack/shortcuts", { ...target(message), callback_id: callback });
  return el("div", { class: "menu", role: "menu", onclick: (event) => event.stopPropagation() },
    mine ? [item("Edit message", () => { open.edit = message.ts; }), item("Delete message", () => remove(message), "danger")] : null,
    world.shortcuts.length ? [el("small", {}, "Threadline"), world.shortcuts.map((one) => item(one.name, () => run(one.callback_id)))] : null,
    !mine && !world.shortcuts.length ? el("small", {}, "Nothing to do here") : null);
}

function replyLink(message, onThread) {
  if (!onThread || !message.reply_count) return null;
  const words = message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`;
  return el("button", { type: "button", class: "thread-link", onclick: () => onThread(message.ts) }, `💬 ${words}`);
}

/** One message; `follow` leaves out who wrote it. */
function row(message, follow, onThread) {
  const by = author(message);
  const only = Boolean(message.for);
  return el("li", { class: `msg ${follow ? "follow" : ""} ${only ? "only" : ""} ${isHeld(message) ? "held" : ""}`, tabindex: "-1" },
    avatar(by.name, by.icons, by.colour),
    el("div", { class: "main" },
      only ? el("div", { class: "only-you" }, "👁 Only visible to you") : null,
      el("div", { class: "by" }, el("strong", {}, by.name), by.app ? el("span", { class: "badge" }, "APP") : null,
        by.about ? el("span", { class: "badge" }, by.about) : null, el("time", {}, hour(Number(message.ts)))),
      content(message), message.files?.map(file), reactions(message), replyLink(message, onThread)),
    only ? null : tools(message, onThread), menu(message));
}

/** What Slack itself says in a channel, in one small line; those who join together stand together. */
function notice(messages, index) {
  const joins = (message) => message?.subtype === "channel_join";
  const name = (message) => world.users.get(message.user)?.real_name || "Somebody";
  const message = messages[index];
  if (joins(message) && joins(messages[index - 1])) return null;
  let last = index;
  while (joins(message) && joins(messages[last + 1])) last += 1;
  const names = messages.slice(index, last + 1).map(name);
  const who = names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : names[0];
  const words = joins(message) ? `${who} joined the channel` : `${who} ${message.text}`;
  return remembered(`sys ${message.channel}/${message.ts}`, words, () => el("li", { class: "sys" }, words));
}

function kept(message, same, onThread) {
  const key = `${message.channel}/${message.ts}/${Boolean(onThread)}`;
  const look = [message, same, picked.as, open.menu === message.ts, open.edit === message.ts, world.shortcuts.length];
  return remembered(key, look, () => row(message, same, onThread));
}

/** A list of messages with days between, neighbours of one author together. */
export function rows(messages, onThread) {
  let before = null;
  return messages.filter((message) => message.subtype !== "channel_purpose").flatMap((message, index, shown) => {
    const date = day(Number(message.ts));
    const fresh = !before || day(Number(before.ts)) !== date;
    const quiet = QUIET.includes(message.subtype);
    const same = before && !fresh && !message.for && !before.for && !QUIET.includes(before.subtype)
      && author(before).name === author(message).name && Number(message.ts) - Number(before.ts) < 240;
    const drawn = quiet ? notice(shown, index) : kept(message, same, onThread);
    before = message;
    const head = () => el("li", { class: "day-line" }, date);
    return [fresh && onThread ? remembered(`day ${message.channel} ${date}`, date, head) : null, drawn].filter(Boolean);
  });
}
