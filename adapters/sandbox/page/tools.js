/** What a person can do with a message: react, reply, edit, delete, pin, choose a shortcut. */

import { el, growing } from "./dom.js";
import { EMOJI, emoji, QUICK } from "./emoji.js";
import { entry, heading, popup, sure } from "./popup.js";
import { act, ask, picked, repaint, world } from "./world.js";

const state = { edit: null };

/** What a person types, as Slack stores it. */
export const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
const unescaped = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");

/** Which message is meant, and who does it. */
export const target = (message) => ({ channel: message.channel, ts: message.ts, user: picked.as });

/** Whether the person in front of the page wrote it. */
export const isMine = (message) => message.user === picked.as && !message.bot_id && !message.subtype?.startsWith("channel_") && message.subtype !== "tombstone";

/** Whether it is an answer that has not left yet. */
export const isHeld = (message) => isMine(message) && Boolean(message.reactions?.some((one) => one.name === "hourglass_flowing_sand"));

/** Whether it is being written anew. */
export const isEdited = (message) => state.edit === message.ts;

/** Begin to write a message anew. */
export const edit = (message) => { state.edit = message.ts; repaint(); };

const flip = (message, name) => {
  const mine = message.reactions?.find((one) => one.name === name)?.users.includes(picked.as);
  return ask(mine ? "DELETE" : "POST", "slack/reactions", { ...target(message), name });
};

/** The reactions of a message; a click adds one's own, or takes it back. */
export function reactions(message) {
  if (!message.reactions?.length) return null;
  return el("div", { class: "reacts" }, message.reactions.map(({ name, users, count }) => {
    const who = users.map((id) => world.users.get(id)?.real_name || id).join(", ");
    return el("button", { type: "button", class: `react ${users.includes(picked.as) ? "mine" : ""}`, title: `:${name}: by ${who}`, onclick: () => flip(message, name) }, emoji(name), el("span", {}, count));
  }));
}

async function remove(message) {
  const words = el("blockquote", {}, unescaped(message.text).slice(0, 300) || "(a file)");
  if (isHeld(message) || await sure("Delete this message?", words, { yes: "Delete", look: "danger" })) ask("DELETE", `slack/messages/${message.channel}/${message.ts}`);
}

function pickReaction(at, message) {
  popup(at, [el("div", { class: "emoji-grid" }, EMOJI.map((name) => entry(emoji(name), () => flip(message, name), "emoji")))], "menu emojis");
}

function menu(at, message, onThread) {
  const mine = isMine(message), pinned = Boolean(message.pinned_to?.length);
  const shortcuts = world.shortcuts.filter((one) => one.type === "message");
  const run = (one) => act("slack/shortcuts", { ...target(message), callback_id: one.callback_id });
  popup(at, [
    mine ? [entry("Edit message", () => edit(message)), entry("Delete message…", () => remove(message), "danger")] : null,
    onThread ? entry("Reply in a thread", () => onThread(message.thread_ts || message.ts)) : null,
    entry("Add a reaction…", () => pickReaction(at, message)),
    entry(pinned ? "Unpin from the channel" : "Pin to the channel", () => ask(pinned ? "DELETE" : "POST", "slack/pins", target(message))),
    shortcuts.length ? [heading("Threadline"), shortcuts.map((one) => entry(one.name, () => run(one), "", one.description))] : null,
  ]);
}

/** The small buttons over a message. */
export function tools(message, onThread) {
  const held = isHeld(message) ? [el("button", { type: "button", onclick: () => edit(message) }, "Edit"), el("button", { type: "button", onclick: () => remove(message) }, "Delete")] : null;
  return el("div", { class: "tools" }, held,
    QUICK.map((name) => el("button", { type: "button", title: `:${name}:`, "aria-label": `React with ${name}`, onclick: () => flip(message, name) }, emoji(name))),
    onThread ? el("button", { type: "button", title: "Reply in a thread", "aria-label": "Reply in a thread", onclick: () => onThread(message.thread_ts || message.ts) }, "💬") : null,
    el("button", { type: "button", title: "More", "aria-label": "More", "aria-haspopup": "menu", onclick: (event) => menu(event.currentTarget, message, onThread) }, "⋯"));
}

/** The field in which an own message is written anew. */
export function rewriting(message) {
  const area = el("textarea", { rows: 2, "aria-label": "The message" });
  area.value = unescaped(message.text);
  const stop = () => { state.edit = null; repaint(); };
  const save = (event) => {
    event.preventDefault();
    stop();
    if (area.value.trim()) ask("PUT", `slack/messages/${message.channel}/${message.ts}`, { text: escaped(area.value.trim()) });
  };
  const form = el("form", { class: "rewrite", onsubmit: save }, area,
    el("button", { class: "btn primary" }, "Save"), el("button", { type: "button", class: "btn", onclick: stop }, "Cancel"));
  growing(area);
  area.addEventListener("keydown", (event) => { if (event.key === "Escape") { event.stopPropagation(); stop(); } });
  queueMicrotask(() => { area.focus(); area.selectionStart = area.value.length; });
  return form;
}
