/** Slack messages: who, what, its files, its marks. */

import { blocks } from "./blocks.js";
import { day, el, hour, memory } from "./dom.js";
import { file } from "./files.js";
import { mrkdwn } from "./mrkdwn.js";
import { avatar, standing } from "./people.js";
import { isEdited, isHeld, reactions, rewriting, target, tools } from "./tools.js";
import { act, picked, repaint, world } from "./world.js";

const QUIET = ["join", "leave", "topic", "purpose", "name", "archive", "unarchive"].map((what) => `channel_${what}`).concat("pinned_item");
const remembered = memory();

function author(message) {
  const user = world.users.get(message.user);
  if (message.username) return { name: message.username, app: true, icons: message.icons };
  const colour = user?.color && !user.bot ? `#${user.color}` : "#e8485f";
  return { name: user?.real_name || "Slackbot", app: Boolean(message.bot_id), colour, about: user ? standing(user) : null };
}

function content(message) {
  if (isEdited(message)) return rewriting(message);
  const written = message.blocks?.every((block) => block.block_id === "typed");
  const edited = message.edited && !message.bot_id ? el("span", { class: "edited" }, "(edited)") : null;
  const spot = (block, item) => ({ ...target(message), block_id: block, action_id: item.action_id });
  const on = {
    use: (block, item, value) => act("slack/actions", { ...spot(block, item), value }),
    suggest: (block, item, typed) => act("slack/suggestions", { ...spot(block, item), value: typed }),
  };
  if (message.blocks?.length && !written) return [blocks(message.blocks, on), edited];
  if (!message.text && message.files?.length) return edited;
  return el("div", { class: message.subtype === "tombstone" ? "note" : "body" }, mrkdwn(message.text || ""), edited);
}

function replyLink(message, onThread) {
  if (!onThread || !message.reply_count) return null;
  const words = message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`;
  const last = message.latest_reply ? `last at ${hour(Number(message.latest_reply))}` : "";
  return el("button", { type: "button", class: "thread-link", onclick: () => onThread(message.ts) }, `💬 ${words}`, el("small", {}, last));
}

function above(message, onThread) {
  const dismiss = () => { picked.dismissed = [...(picked.dismissed || []).slice(-200), message.ts]; repaint(); };
  if (message.for) return el("div", { class: "only-you" }, "👁 Only visible to you · ", el("button", { type: "button", onclick: dismiss }, "Dismiss"));
  if (message.pinned_to?.length) return el("div", { class: "pinned" }, `📌 Pinned by ${world.users.get(message.pinned_info.pinned_by)?.real_name || "somebody"}`);
  if (message.subtype === "thread_broadcast" && onThread) return el("button", { type: "button", class: "pinned", onclick: () => onThread(message.thread_ts) }, "↳ replied in a thread");
  return null;
}

/** One message; `follow` leaves out who wrote it. */
function row(message, follow, onThread) {
  const by = author(message), only = Boolean(message.for);
  const kinds = [follow && "follow", only && "only", isHeld(message) && "held", message.pinned_to?.length && "is-pinned"].filter(Boolean);
  return el("li", { class: `msg ${kinds.join(" ")}`, tabindex: "-1", "data-ts": message.ts },
    avatar(by.name, by.icons, by.colour),
    el("div", { class: "main" }, above(message, onThread),
      el("div", { class: "by" }, el("strong", {}, by.name), by.app ? el("span", { class: "badge" }, "APP") : null,
        by.about ? el("span", { class: "badge" }, by.about) : null, el("time", {}, hour(Number(message.ts)))),
      content(message), message.files?.length ? el("div", { class: "files" }, message.files.map(file)) : null,
      reactions(message), replyLink(message, onThread)),
    only ? null : tools(message, onThread));
}

/** What Slack itself says in a channel, in one small line; those who join together stand together. */
function notice(messages, index) {
  const joins = (message) => message?.subtype === "channel_join";
  const name = (message) => world.users.get(message.user)?.real_name || "Somebody";
  const message = messages[index];
  if (!joins(message)) return remembered(`${message.channel}/${message.ts}`, [message.text, world.users.size], () => el("li", { class: "sys" }, mrkdwn(message.text.startsWith("<@") ? message.text : `${name(message)} ${message.text}`)));
  if (joins(messages[index - 1])) return null;
  const together = messages.slice(index);
  const names = together.slice(0, together.findIndex((other) => !joins(other)) >>> 0).map(name);
  const words = `${names.join(", ").replace(/, ([^,]*)$/, " and $1")} joined`;
  return remembered(`${message.channel}/${message.ts}`, words, () => el("li", { class: "sys" }, words));
}

/** The same element as before while nothing that it shows has changed. */
function kept(message, same, onThread) {
  const key = `${onThread ? "" : "in thread "}${message.channel}/${message.ts}`;
  const look = [message, same, picked.as, isEdited(message), world.shortcuts.length, standing(world.users.get(message.user) || {})];
  return remembered(key, look, () => row(message, same, onThread));
}

/** A list of messages with days between, neighbours of one author together. */
export function rows(messages, onThread) {
  let before = null;
  const dismissed = new Set(picked.dismissed);
  return messages.filter((message) => message.subtype !== "channel_purpose" && !(message.for && dismissed.has(message.ts))).flatMap((message, index, shown) => {
    const date = day(Number(message.ts));
    const fresh = !before || day(Number(before.ts)) !== date;
    const quiet = QUIET.includes(message.subtype);
    const same = before && !fresh && !message.for && !before.for && !QUIET.includes(before.subtype) && !message.pinned_to?.length
      && author(before).name === author(message).name && Number(message.ts) - Number(before.ts) < 240;
    const drawn = quiet ? notice(shown, index) : kept(message, same, onThread);
    before = message;
    const head = () => el("li", { class: "day-line" }, date);
    return [fresh && onThread ? remembered(`day ${message.channel} ${date}`, date, head) : null, drawn].filter(Boolean);
  });
}
