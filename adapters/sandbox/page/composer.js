/** The fields in which people write: words, files, commands and shortcuts. */

import { $, el, growing } from "./dom.js";
import { accepting, chooseFiles, tray } from "./files.js";
import { entry, heading, popup } from "./popup.js";
import { topOf } from "./rooms.js";
import { edit, escaped, isMine } from "./tools.js";
import { act, ask, picked, world } from "./world.js";

let at = 0;

const write = (channel, text, files, more = {}) => ask("POST", "slack/messages", {
  channel, user: picked.as, text: escaped(text), ...more, files: files.map(({ name, content }) => ({ name, content })),
});

async function run(typed) {
  const [command, ...rest] = typed.split(" ");
  await act("slack/commands", { user: picked.as, channel: picked.room, command, text: rest.join(" ") });
}

/** The commands that begin with what is typed. */
function fitting() {
  const typed = $("say").value;
  if (!typed.startsWith("/") || typed.includes(" ") || typed.includes("\n")) return [];
  return world.commands.filter((one) => one.command.startsWith(typed.toLowerCase()));
}

function complete(one) {
  $("say").value = `${one.command} `;
  $("say").focus();
  offer();
}

function offer() {
  const found = fitting(), list = $("offers");
  at = Math.min(at, Math.max(0, found.length - 1));
  list.hidden = !found.length;
  list.replaceChildren(...found.map((one, index) => el("li", { role: "option", "aria-selected": String(index === at), onpointerdown: (event) => { event.preventDefault(); complete(one); } },
    el("strong", {}, one.command), " ", el("code", {}, one.hint), el("small", {}, one.description))));
}

function keys(event) {
  const found = fitting(), open = !$("offers").hidden && found.length;
  if (open && event.key === "Tab") complete(found[at]);
  else if (open && event.key === "Enter" && $("say").value !== found[at].command) complete(found[at]);
  else if (open && event.key === "ArrowDown") { at = (at + 1) % found.length; offer(); }
  else if (open && event.key === "ArrowUp") { at = (at - 1 + found.length) % found.length; offer(); }
  else if (open && event.key === "Escape") $("offers").hidden = true;
  else if (event.key === "ArrowUp" && !$("say").value) {
    const own = topOf(world.channels.get(picked.room)).filter(isMine).at(-1);
    if (!own) return;
    edit(own);
  } else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

function shortcutsMenu(button) {
  const all = world.shortcuts.filter((one) => one.type === "global");
  const start = (one) => act("slack/shortcuts", { user: picked.as, callback_id: one.callback_id });
  popup(button, [heading("Threadline"), all.map((one) => entry(one.name, () => start(one), "", one.description))]);
}

function startField(area, id, send) {
  const files = tray(`${id}-files`), form = $(area).form;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const typed = $(area).value.trim(), chosen = files.take();
    if (!typed && !chosen.length) return;
    $(area).clear();
    $("offers").hidden = true;
    const sent = await send(typed, chosen);
    if (sent === null && typed && !$(area).value) $(area).value = typed;
  });
  $(`${id}-attach`).addEventListener("click", () => chooseFiles(files.add));
  return files;
}

/** Draw what depends on the channel. */
export function paintComposer(room) {
  const offered = world.commands.length ? ` · or ${world.commands.map((one) => one.command).join(", ")}` : "";
  const among = room && !room.private && !room.direct ? " · stays among colleagues" : "";
  $("say").placeholder = room ? `Message ${room.direct ? "Threadline" : `#${room.name}`}${among}${offered}` : "";
  $("say-shortcuts").hidden = !world.shortcuts.some((one) => one.type === "global");
}

/** Bring the fields to life; `thread()` is the ts of the open thread. */
export function startComposers(thread) {
  $("say").addEventListener("keydown", keys);
  $("say").addEventListener("input", offer);
  $("say").addEventListener("blur", () => { $("offers").hidden = true; });
  for (const area of ["say", "reply"]) growing($(area));
  const said = startField("say", "say", (typed, files) => (typed.startsWith("/") && !files.length ? run(typed) : write(picked.room, typed, files)));
  const replied = startField("reply", "reply", async (typed, files) => {
    const broadcast = $("broadcast").checked;
    $("broadcast").checked = false;
    return write(picked.room, typed, files, { thread_ts: thread(), broadcast });
  });
  $("say-shortcuts").addEventListener("click", (event) => shortcutsMenu(event.currentTarget));
  accepting($("room"), (files) => { if (!$("composer").hidden) said.add(files); });
  accepting($("thread"), (files) => { if (!$("reply-form").hidden) replied.add(files); });
}
