/** Block Kit, drawn. `on` says what can be done with it: `use(block_id, element, value)`,
 * `suggest(block_id, element, typed)`, and for forms `hold(block_id, element, control)` and
 * `start(block_id, element)`. */

import { el, safeUrl } from "./dom.js";
import { emojified } from "./emoji.js";
import { picture } from "./files.js";
import { control, firstOf } from "./inputs.js";
import { mrkdwn, words } from "./mrkdwn.js";
import { entry, popup, sure } from "./popup.js";
import { world } from "./world.js";

/** Ask what the element's confirmation asks; true at once when it has none. */
export async function agreed(item) {
  const dialog = item.confirm;
  if (!dialog) return true;
  const look = dialog.style === "danger" ? "danger" : "primary";
  return sure(dialog.title.text, el("div", { class: "body" }, words(dialog.text)), { yes: dialog.confirm.text, no: dialog.deny.text, look });
}

function button(item, name, on) {
  const url = item.url && safeUrl(item.url), look = `btn ${item.style || ""}`;
  const press = async (event) => {
    const pressed = event.currentTarget;
    if (!(await agreed(item))) return;
    pressed.setAttribute("aria-busy", "true");
    await on.use(name, item);
    pressed.removeAttribute("aria-busy");
  };
  const about = { class: look, onclick: press, "aria-label": item.accessibility_label, "data-action": item.action_id };
  if (url) return el("a", { ...about, href: url, target: "_blank", rel: "noreferrer noopener" }, words(item.text));
  return el("button", { type: "button", ...about }, words(item.text));
}

function overflow(item, name, on) {
  const choose = (option) => async () => {
    if (option.url && safeUrl(option.url)) open(safeUrl(option.url), "_blank", "noreferrer");
    if (await agreed(item)) on.use(name, item, option.value);
  };
  const show = (event) => popup(event.currentTarget, item.options.map((option) => entry(option.text.text, choose(option), "", option.description?.text)));
  return el("button", { type: "button", class: "btn more", "aria-label": "More", "aria-haspopup": "menu", "data-action": item.action_id, onclick: show }, "⋯");
}

function element(item, name, on) {
  if (!item) return null;
  if (item.type === "button") return button(item, name, on);
  if (item.type === "overflow") return overflow(item, name, on);
  if (item.type === "image") return pictured(item);
  const start = on.start ? on.start(name, item) : firstOf(item);
  const made = control(item, start, (typed) => on.suggest(name, item, typed));
  made.node.classList.add("element");
  made.node.dataset.action = item.action_id;
  on.hold?.(name, item, made);
  made.node.addEventListener("change", async () => { if (await agreed(item)) on.use(name, item, made.read()); });
  return made.node;
}

function pictured(item) {
  const own = item.slack_file?.url || (item.slack_file?.id && `slack/files/${encodeURIComponent(item.slack_file.id)}/picture`);
  return picture(own || item.image_url || "", item.alt_text || "");
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
    if (item.type === "rich_text_list") return item.elements.map((one) => ["• ", ...richText(one.elements), "\n"]);
    return richText(item.elements);
  });
}

const small = (item) => (item.type === "image" ? el("img", { src: safeUrl(item.image_url || ""), alt: item.alt_text }) : el("span", {}, words(item)));

const KINDS = {
  header: (block) => el("div", { class: "b-header" }, words(block.text)),
  divider: () => el("hr", { class: "b-divider" }),
  image: (block) => el("figure", { class: "b-image" }, block.title ? el("figcaption", {}, words(block.title)) : null, pictured(block)),
  markdown: (block) => el("div", { class: "body" }, mrkdwn(block.text.replace(/\*\*(.+?)\*\*/g, "*$1*"))),
  rich_text: (block) => el("div", { class: "body" }, richText(block.elements)),
  context: (block) => el("div", { class: "b-context" }, block.elements.map(small)),
  section: (block, name, on) => el("div", { class: "b-section" },
    el("div", { class: "b-words" }, block.text ? el("div", { class: "body" }, words(block.text)) : null,
      block.fields ? el("div", { class: "b-fields" }, block.fields.map((field) => el("div", { class: "body" }, words(field)))) : null),
    element(block.accessory, name, on)),
  actions: (block, name, on) => el("div", { class: "b-actions" }, block.elements.map((item) => element(item, name, on))),
};

/** All blocks of a message, a modal or an App Home; fields of forms are drawn by the modal. */
export function blocks(list, on) {
  return el("div", { class: "blocks" }, list.map((block, index) => KINDS[block.type]?.(block, block.block_id || `block-${index}`, on)));
}
