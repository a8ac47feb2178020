/** Slack's text markup, drawn as elements. */

import { day, el, safeUrl } from "./dom.js";
import { emojified } from "./emoji.js";
import { world } from "./world.js";

const unescaped = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
const plain = (text) => emojified(unescaped(text));

function angled(inside) {
  const [target, label] = inside.split("|");
  const id = target.slice(1);
  if (target[0] === "@") return el("span", { class: "mention" }, `@${label || world.users.get(id)?.real_name || id}`);
  if (target[0] === "#") return el("span", { class: "mention" }, `#${label || world.channels.get(id)?.name || id}`);
  if (target.startsWith("!date^")) return el("time", {}, dated(id, label));
  if (target[0] === "!") return el("span", { class: "mention" }, special(id, label));
  if (!/^(https?:\/\/|mailto:)/i.test(target)) return plain(`<${inside}>`);
  const url = /^mailto:/i.test(target) ? target : safeUrl(unescaped(target));
  const words = unescaped(label || target.replace(/^mailto:/, ""));
  return url ? el("a", { href: url, target: "_blank", rel: "noreferrer noopener" }, words) : words;
}

const DATES = {
  date: { day: "numeric", month: "long", year: "numeric" }, date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date_short: { day: "numeric", month: "short", year: "numeric" }, date_long: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
  time: { hour: "numeric", minute: "2-digit" }, time_secs: { hour: "numeric", minute: "2-digit", second: "2-digit" },
};

/** A moment as the reader's own clock has it; its fallback when it makes no sense. */
function dated(id, label) {
  const [, seconds, form = "{date} {time}"] = id.split("^"), then = new Date(Number(seconds) * 1000);
  if (Number.isNaN(then.getTime())) return label || id;
  const near = { Today: "today", Yesterday: "yesterday" }[day(Number(seconds))];
  return form.replace(/\{(\w+?)(_pretty)?\}/g, (whole, name, pretty) => {
    if (!DATES[name]) return whole;
    return pretty && near ? near : then.toLocaleString([], DATES[name]);
  });
}

function special(id, label) {
  if (id.startsWith("subteam^")) return label || "@agents";
  return `@${id}`;
}

const SPANS = [
  [/^```\n?([\s\S]+?)\n?```/, (found) => el("pre", {}, unescaped(found[1]))],
  [/^`([^`\n]+)`/, (found) => el("code", {}, unescaped(found[1]))],
  [/^<([^<>\n]+)>/, (found) => angled(found[1])],
  [/^\*(?=\S)([^*\n]+?)\*(?![\p{L}\p{N}])/u, (found) => el("strong", {}, spans(found[1]))],
  [/^_(?=\S)([^_\n]+?)_(?![\p{L}\p{N}])/u, (found) => el("em", {}, spans(found[1]))],
  [/^~(?=\S)([^~\n]+?)~(?![\p{L}\p{N}])/u, (found) => el("s", {}, spans(found[1]))],
];

function spans(text) {
  const parts = [];
  let rest = text, words = "", free = true;
  while (rest) {
    const hit = (free || /^[`<]/.test(rest)) && SPANS.map(([pattern, make]) => [pattern.exec(rest), make]).find(([found]) => found);
    if (hit) {
      parts.push(plain(words), hit[1](hit[0]));
      words = "";
      rest = rest.slice(hit[0][0].length);
      free = true;
    } else {
      const sign = String.fromCodePoint(rest.codePointAt(0));
      free = !/[\p{L}\p{N}]/u.test(sign);
      words += sign;
      rest = rest.slice(sign.length);
    }
  }
  return [...parts, plain(words)].filter((part) => part !== "");
}

/** Text with markup as a list of nodes; lines that begin with &gt; are quoted. */
export function mrkdwn(text) {
  const nodes = [];
  let quoted = [];
  const flush = () => { if (quoted.length) nodes.push(el("blockquote", {}, spans(quoted.join("\n")))); quoted = []; };
  const open = [];
  const settle = () => { if (open.length) nodes.push(...spans(open.join("\n"))); open.length = 0; };
  for (const line of text.split("\n")) {
    const quote = /^(?:&gt;|>)\s?(.*)$/.exec(line);
    if (quote) { settle(); quoted.push(quote[1]); } else { flush(); open.push(line); }
  }
  flush();
  settle();
  return nodes;
}

/** A text object of Block Kit. */
export const words = (item) =>
  !item ? [] : item.type === "mrkdwn" ? mrkdwn(item.text || "") : [emojified(item.text || "")];
