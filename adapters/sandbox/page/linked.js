/** Addresses in a customer's text, to be pressed as on a phone. */

import { el, safeUrl } from "./dom.js";

const ADDRESS = /https?:\/\/[^\s<>"“”„«»]+/gi;
const AFTER = /[.,;:!?…'‘’)\]}]+$/;

const anchor = (url, words) => el("a", { href: url, target: "_blank", rel: "noreferrer noopener" }, words);

/** The words as nodes: addresses of pages are links, all else is text. */
export function linked(text) {
  const nodes = [];
  let end = 0;
  for (const found of text.matchAll(ADDRESS)) {
    const words = found[0].replace(AFTER, ""), url = safeUrl(words);
    if (!url) continue;
    nodes.push(text.slice(end, found.index), anchor(url, words));
    end = found.index + words.length;
  }
  return [...nodes, text.slice(end)].filter((node) => node !== "");
}
