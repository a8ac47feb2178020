/** Slack's text markup, drawn as elements. */

import { el, safeUrl } from "./dom.js";
import { emojified } from "./emoji.js";
import { world } from "./world.js";

const unescaped = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
const plain = (text) => emojified(unescaped(text));

function angled(inside) {
  const [target, label] = inside.split("|");
  const id = target.slice(1);
  if (target[0] === "@") return el("span", { class: "mention" }, `@${label || world.users.get(id)?.real_name || id}`);
  if (target[0] === "#") return el("span", { class: "mention" }, `#${label || world.channels.get(id)?.name || id}`);
  if (target[0] === "!") return el("span", { class: "mention" }, special(id, label));
  if (!/^(https?:\/\/|mailto:)/i.test(target)) return plain(`<${inside}>`);
  const url = /^mailto:/i.test(target) ? target : safeUrl(unescaped(target));
  const words = unescaped(label || target.replace(/^mailto:/, ""));
  return url ? el("a", { href: url, target: "_blank", rel: "noreferrer noopener" }, words) : words;
}

function special(id, label) {
  if (id.startsWith("date^")) return label || id;
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
