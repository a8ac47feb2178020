/** Files: shown in messages, and chosen to be sent. */

import { $, el, safeUrl, toast } from "./dom.js";
import { enlarge } from "./popup.js";

const LARGEST = 15_000_000;
const size = (bytes) => (bytes > 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1e3))} kB`);

/** A picture that grows when clicked; a link in its place when it cannot be shown. */
export function picture(address, words = "") {
  const url = safeUrl(address);
  if (!url) return null;
  const image = el("img", { class: "picture", src: url, alt: words, referrerpolicy: "no-referrer" });
  image.addEventListener("error", () => button.replaceWith(el("a", { class: "file", href: url, target: "_blank", rel: "noreferrer noopener" }, "📎 ", words || "attachment")));
  const button = el("button", { type: "button", class: "enlarge", title: words || "Show it larger", onclick: () => enlarge(url, words) }, image);
  return button;
}

/** A file of a message. */
export function file(item) {
  const url = safeUrl(item.url_private), name = item.title || item.name;
  if (item.mimetype?.startsWith("image/")) return picture(item.url_private, name);
  return el("a", { class: "file", href: url, target: "_blank", rel: "noopener" }, "📎 ", el("span", {}, name), el("small", {}, size(item.size || 0)));
}

/** The bytes of a chosen file in base64. */
export const encoded = (blob) => new Promise((resolve, reject) => {
  const reader = new FileReader();
  reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
  reader.onerror = () => reject(reader.error);
  reader.readAsDataURL(blob);
});

/** A tray of chosen files in the element of that id: `add`, `take` (which empties it) and `count`. */
export function tray(id) {
  let chosen = [];
  const show = () => {
    $(id).hidden = !chosen.length;
    $(id).replaceChildren(...chosen.map((one) => el("span", { class: "pick" },
      one.type.startsWith("image/") ? el("img", { src: `data:${one.type};base64,${one.content}`, alt: one.name }) : `📎 ${one.name}`,
      el("button", { type: "button", "aria-label": `Remove ${one.name}`, onclick: () => { chosen = chosen.filter((other) => other !== one); show(); } }, "✕"))));
  };
  const add = async (files) => {
    for (const one of files) {
      if (one.size > LARGEST) toast(`${one.name} is too large: at most ${size(LARGEST)}.`);
      else chosen.push({ name: one.name, type: one.type || "application/octet-stream", content: await encoded(one) });
    }
    show();
  };
  const take = () => { const all = chosen; chosen = []; show(); return all; };
  return { add, take, count: () => chosen.length };
}

/** Ask for files by the browser's own dialog. */
export function chooseFiles(add, accept = "") {
  const input = el("input", { type: "file", multiple: true, accept });
  input.addEventListener("change", () => add([...input.files]));
  input.click();
}

/** Take files that are dropped on an element, or pasted into a field of it. */
export function accepting(node, add) {
  const over = (on) => (event) => { if (event.dataTransfer?.types.includes("Files")) { event.preventDefault(); node.classList.toggle("dropping", on); } };
  node.addEventListener("dragover", over(true));
  node.addEventListener("dragleave", over(false));
  node.addEventListener("drop", (event) => { over(false)(event); add([...event.dataTransfer.files]); });
  node.addEventListener("paste", (event) => { if (event.clipboardData?.files.length) { event.preventDefault(); add([...event.clipboardData.files]); } });
}
