/** Block Kit, drawn; what can be pressed calls `use(block_id, element, value)`. */

import { el, safeUrl } from "./dom.js";
import { emojified } from "./emoji.js";
import { control } from "./inputs.js";
import { mrkdwn, words } from "./mrkdwn.js";
import { world } from "./world.js";

function confirmed(element, go) {
  const dialog = element.confirm;
  if (!dialog || confirm([dialog.title?.text, dialog.text?.text].filter(Boolean).join("\n\n"))) go();
}

function button(element, use) {
  const style = element.style || "";
  const url = element.url && safeUrl(element.url);
  const press = (event) => {
    const pressed = event.currentTarget;
    confirmed(element, async () => { pressed.disabled = !url; await use(element); pressed.disabled = false; });
  };
  if (url) return el("a", { class: `btn ${style}`, href: url, target: "_blank", rel: "noreferrer noopener", onclick: press }, words(element.text));
  return el("button", { type: "button", class: `btn ${style}`, onclick: press }, words(element.text));
}

function element(item, use, suggest) {
  if (!item) return null;
  if (item.type === "button") return button(item, use);
  if (item.type === "image") return picture(item);
  const made = control(item, { suggest: (typed) => suggest(item, typed) });
  made.node.classList.add("element");
  made.node.addEventListener("change", () => confirmed(item, () => use(item, made.read())));
  return made.node;
}

function picture(item) {
  const own = item.slack_file?.url || (item.slack_file?.id && `slack/files/${encodeURIComponent(item.slack_file.id)}/file`);
  const url = safeUrl(own || item.image_url || "");
  return url ? el("img", { class: "picture", src: url, alt: item.alt_text || "", loading: "lazy" }) : null;
}

function richText(items = []) {
  return items.flatMap((item) => {
    if (item.type === "text") return item.style?.bold ? el("strong", {}, item.text) : item.style?.code ? el("code", {}, item.text) : item.text;
    if (item.type === "emoji") return emojified(`:${item.name}:`);
    if (item.type === "link") return mrkdwn(`<${item.url}|${item.text || item.url}>`);
    if (item.type === "user") return el("span", { class: "mention" }, `@${world.users.get(item.user_id)?.real_name || item.user_id}`);
    if (item.type === "channel") return el("span", { class: "mention" }, `#${world.channels.get(item.channel_id)?.name || item.channel_id}`);
    if (item.type === "rich_text_preformatted") return el("pre", {}, richText(item.elements));
    if (item.type === "rich_text_quote") return el("blockquote", {}, richText(item.elements));
    if (item.type === "rich_text_list") return item.elements.map((line) => ["• ", ...richText(line.elements), "\n"]);
    return richText(item.elements);
  });
}

const KINDS = {
  header: (block) => el("div", { class: "b-header" }, words(block.text)),
  divider: () => el("hr", { class: "b-divider" }),
  image: (block) => picture(block),
  markdown: (block) => el("div", { class: "body" }, mrkdwn(block.text.replace(/\*\*(.+?)\*\*/g, "*$1*"))),
  rich_text: (block) => el("div", { class: "body" }, richText(block.elements)),
  context: (block) => el("div", { class: "b-context" }, block.elements.map((item) => (item.type === "image" ? picture(item) : el("span", {}, words(item))))),
  section: (block, use, suggest) => el("div", { class: "b-section" },
    block.text && el("div", { class: "body" }, words(block.text)),
    block.fields && el("div", { class: "b-fields" }, block.fields.map((field) => el("div", { class: "body" }, words(field)))),
    element(block.accessory, use, suggest)),
  actions: (block, use, suggest) => el("div", { class: "b-actions" }, block.elements.map((item) => element(item, use, suggest))),
};

/** All blocks of a message or an App Home. */
export function blocks(list, use, suggest) {
  const drawn = list.map((block, index) => {
    const name = block.block_id || `block-${index}`;
    const draw = KINDS[block.type];
    return draw && draw(block, (item, value) => use(name, item, value), (item, typed) => suggest(name, item, typed));
  });
  return el("div", { class: "blocks" }, drawn);
}
