/** The page: two sides of one conversation, live. */

import { $, el, safeUrl } from "./dom.js";
import { startModals } from "./modal.js";
import { startPopups } from "./popup.js";
import { startPhone } from "./phone.js";
import { startSlack } from "./slack.js";
import { follow, onPaint, picked, repaint, world } from "./world.js";

function showTab(name) {
  document.body.dataset.tab = name;
  for (const tab of document.querySelectorAll(".tabs button")) tab.setAttribute("aria-selected", String(tab.dataset.tab === name));
  picked.tab = name;
  repaint();
}

function applyTheme() {
  if (picked.theme) document.documentElement.dataset.theme = picked.theme;
}

function flipTheme() {
  const dark = picked.theme ? picked.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  picked.theme = dark ? "light" : "dark";
  applyTheme();
}

function paintLinks() {
  $("links").replaceChildren(...world.links.map(([name, url]) => (safeUrl(url) ? el("a", { href: url, target: "_blank", rel: "noopener" }, name) : "")));
}

/** What the address asks for after `#`: phone, room, as, tab, theme. */
function takeAddress() {
  for (const [name, value] of new URLSearchParams(location.hash.slice(1))) if (["phone", "room", "as", "tab", "theme"].includes(name)) picked[name] = value;
}

takeAddress();
addEventListener("hashchange", () => { takeAddress(); applyTheme(); showTab(picked.tab || "phone"); });
applyTheme();
startPopups();
startPhone();
startSlack();
startModals();
onPaint(paintLinks);
$("theme").addEventListener("click", flipTheme);
for (const tab of document.querySelectorAll(".tabs button")) tab.addEventListener("click", () => showTab(tab.dataset.tab));
showTab(picked.tab || "phone");
follow();
