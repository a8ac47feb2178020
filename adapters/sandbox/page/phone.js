/** The left side: customers to choose from, and the phone of the one chosen. */

import { $, day, el, fill, growing, hour, initials, memory, place, pretty, safeUrl, tint, toast } from "./dom.js";
import { accepting, chooseFiles, picture, tray } from "./files.js";
import { linked } from "./linked.js";
import { entry, heading, popup, prompted } from "./popup.js";
import { painted, sampleFile, SAMPLES } from "./samples.js";
import { ask, onPaint, picked, repaint, roomOf, world } from "./world.js";

const SPARE = ["+17605550123", "+17605550145", "+17605550167"];
const remembered = memory(), addresses = [];
let chosen = null;
const ours = (number) => world.numbers.includes(number);
const nameOf = (number) => world.customers[number] || picked.names?.[number] || pretty(number);
const customerOf = (text) => (text.direction === "inbound" ? text.from : text.to);

function customers() {
  const last = new Map();
  for (const text of world.texts.values()) last.set(customerOf(text), Math.max(last.get(customerOf(text)) || 0, text.createdAt));
  const extra = [...(picked.added || []), ...Object.keys(world.customers)];
  for (const number of extra.length || last.size ? extra : SPARE) if (!last.has(number)) last.set(number, 0);
  return [...last].filter(([number]) => !ours(number)).sort((a, b) => b[1] - a[1]).map(([number]) => number);
}

function unseen(number) {
  const seen = picked.seen?.[number] || 0;
  return [...world.texts.values()].filter((text) => text.to === number && text.direction !== "inbound" && text.createdAt > seen && arrived(text)).length;
}

const arrived = (text) => ["sent", "delivered", "read"].includes(text.status);

function choose(number) {
  picked.phone = number;
  picked.room = roomOf(number)?.id || picked.room;
  $("bubbles").scrollTop = 1e9;
  repaint();
  requestAnimationFrame(() => requestAnimationFrame(() => { $("bubbles").scrollTop = 1e9; }));
}

async function addNumber() {
  const typed = await prompted("Another customer", "Their number, like 760-555-0188; add a name after a comma if you like", "", "Add");
  if (!typed) return;
  const [digits, name] = typed.split(",").map((part) => part.trim());
  const bare = digits.replace(/[^\d+]/g, "");
  const number = bare.startsWith("+") ? bare : bare.length === 10 ? `+1${bare}` : `+${bare}`;
  if (!/^\+[1-9]\d{6,14}$/.test(number)) return toast("That is not a phone number. Try +1 760 555 0188.");
  picked.added = [...new Set([...(picked.added || []), number])];
  if (name) picked.names = { ...picked.names, [number]: name };
  choose(number);
}

function person(number) {
  const count = unseen(number), name = nameOf(number);
  return remembered(number, [count, name, number === picked.phone], () => face(number, name, count));
}

const addButton = () => el("button", { type: "button", class: "person add", onclick: addNumber }, el("div", { class: "face" }, "+"), el("span", {}, "New"));

function face(number, name, count) {
  return el("button", { type: "button", class: "person", role: "option", title: pretty(number), "aria-selected": String(number === picked.phone), onclick: () => choose(number) },
    el("div", { class: "face", tint: tint(name) }, initials(name)),
    el("span", {}, name === pretty(number) ? pretty(number).slice(-8) : name.split(" ")[0]),
    count && number !== picked.phone ? el("b", { class: "count" }, count) : null);
}

const parts = (text) => (text.segments > 1 && !text.mediaUrls.length ? ` · ${text.segments} segments` : text.mediaUrls.length ? " · MMS" : "");

function stateOf(text) {
  if (text.direction === "inbound") {
    if (text.acknowledged) return ["good", `Delivered${parts(text)}`];
    return text.attempts ? ["bad", `Not taken (${text.answer || "no answer"})`] : ["wait", "Sending…"];
  }
  if (text.status === "delivered") return ["", (text.direction === "outbound-reply" ? "from the carrier" : hour(text.createdAt)) + parts(text)];
  if (text.errorCode) return ["bad", `${text.status} · error ${text.errorCode}`];
  return ["wait", text.status === "sent" ? "sent, on its way" : `${text.status}…`];
}

function media(text, address) {
  const found = text.media?.find((one) => one.source === address);
  const kind = found?.content_type || "", why = found?.status && found.status !== 200 ? ` (${found.status})` : "";
  const url = found?.url || address;
  return !kind || kind.startsWith("image/") ? picture(url, why ? `attachment${why}` : "") : el("a", { class: "file", href: safeUrl(url), target: "_blank", rel: "noreferrer noopener" }, `📎 ${kind}`);
}

function bubble(text, follows) {
  const mine = text.direction === "inbound";
  const [tone, words] = stateOf(text);
  const look = text.errorCode ? "lost" : !mine && !arrived(text) ? "ghost" : "";
  const quiet = follows && tone !== "bad" && tone !== "wait";
  return [
    remembered(text.sid, [text.body, text.mediaUrls, text.media, look], () => el("li", { class: `bubble ${mine ? "out" : "in"} ${look}`, title: new Date(text.createdAt * 1000).toLocaleString() },
      text.mediaUrls.map((address) => media(text, address)), linked(text.body))),
    quiet ? null : remembered(`${text.sid} state`, words, () => el("li", { class: `state ${mine ? "out" : "in"} ${tone}` }, words)),
  ];
}

function conversation(texts) {
  const hint = "Say hello. Your text appears in Slack in its own channel, and the answer comes back here.";
  if (!texts.length) return [remembered("empty", hint, () => el("li", { class: "empty" }, hint))];
  let date = "";
  return texts.flatMap((text, index) => {
    const next = texts[index + 1];
    const follows = next && next.direction === text.direction && next.createdAt - text.createdAt < 90;
    const words = `${day(text.createdAt)} ${hour(text.createdAt)}`;
    const head = day(text.createdAt) === date ? [] : [remembered(`${text.sid} day`, words, () => el("li", { class: "day" }, words))];
    date = day(text.createdAt);
    return [...head, ...bubble(text, follows)].filter(Boolean);
  });
}

function paint() {
  if (!world.numbers.length) return;
  const all = customers();
  if (!picked.phone || ours(picked.phone)) picked.phone = all[0];
  const number = picked.phone;
  if (!all.includes(number)) all.unshift(number);
  const sender = world.numbers.includes(picked.sender) ? picked.sender : world.numbers[0];
  const texts = [...world.texts.values()].filter((text) => customerOf(text) === number && [text.from, text.to].includes(sender));
  texts.sort((a, b) => a.createdAt - b.createdAt);
  place($("people"), [...all.map(person), remembered("add", "", addButton)]);
  $("clock").textContent = hour(Date.now() / 1000);
  $("phone-face").textContent = initials(picked.business || "Threadline");
  $("phone-name").textContent = pretty(sender);
  $("phone-number").textContent = `on the phone of ${nameOf(number)}${nameOf(number) === pretty(number) ? "" : `, ${pretty(number)}`}`;
  paintSenders(sender);
  fill($("bubbles"), conversation(texts));
  picked.seen = { ...picked.seen, [number]: Date.now() / 1000 };
}

function paintSenders(sender) {
  const select = $("phone-sender");
  select.hidden = world.numbers.length < 2;
  if (select.options.length === world.numbers.length && select.value === sender) return;
  select.replaceChildren(...world.numbers.map((number) => el("option", { value: number, selected: number === sender }, pretty(number))));
}

async function send(event) {
  event.preventDefault();
  const body = $("text").value.trim(), files = chosen.take(), linked = addresses.splice(0);
  if (!body && !files.length && !linked.length) return;
  $("text").clear();
  const to = world.numbers.includes(picked.sender) ? picked.sender : world.numbers[0];
  const media = files.map(({ name, type, content }) => ({ name, contentType: type, content }));
  await ask("POST", "texts", { from: picked.phone, to, body, mediaUrls: linked, media });
}

async function link() {
  const address = await prompted("A picture on the web", "Its address", "", "Send it");
  if (!address) return;
  addresses.push(address);
  $("type").requestSubmit();
}

function attachMenu(button) {
  const sample = (one) => entry(painted(one[1]), async () => chosen.add([await sampleFile(one)]), "sample");
  popup(button, [heading("Send a picture"), el("div", { class: "samples" }, SAMPLES.map(sample)),
    entry("From this computer…", () => chooseFiles(chosen.add)), entry("By its address…", link)], "menu");
}

/** Bring the phone to life. */
export function startPhone() {
  chosen = tray("phone-files");
  growing($("text"));
  $("type").addEventListener("submit", send);
  $("attach").addEventListener("click", (event) => attachMenu(event.currentTarget));
  accepting(document.querySelector(".screen"), (files) => chosen.add(files));
  $("phone-sender").addEventListener("change", (event) => { picked.sender = event.target.value; repaint(); });
  onPaint(paint);
}
