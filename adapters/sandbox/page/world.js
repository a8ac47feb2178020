/** Everything the sandbox knows, kept up to date by its stream of changes. */

import { $, toast } from "./dom.js";

/** The state that all views draw. */
export const world = {
  texts: new Map(), numbers: [], customers: {}, links: [],
  team: {}, users: new Map(), channels: new Map(), messages: new Map(), ephemerals: new Map(),
  views: new Map(), homes: {}, home: false, commands: [], shortcuts: [], groups: [],
};

/** What the person in front of the page has picked; kept over reloads. */
export const picked = new Proxy(JSON.parse(localStorage.getItem("threadline") || "{}"), {
  set(target, name, value) {
    target[name] = value;
    localStorage.setItem("threadline", JSON.stringify(target));
    return true;
  },
});

const painters = [];
let painting = false;

/** Draw again soon; many calls make one drawing. */
export function repaint() {
  if (painting) return;
  painting = true;
  requestAnimationFrame(() => {
    painting = false;
    painters.forEach((paint) => paint());
  });
}

/** Call this function at every drawing. */
export const onPaint = (paint) => painters.push(paint);

/** Ask the sandbox to do something; its complaint is shown, and null comes back. */
export async function ask(method, path, body) {
  try {
    const answer = await fetch(path, {
      method, headers: { "content-type": "application/json" }, body: body && JSON.stringify(body),
    });
    const json = await answer.json();
    if (!answer.ok) toast(json.error || `The sandbox answered ${answer.status}.`);
    return answer.ok ? json : null;
  } catch {
    toast("The sandbox cannot be reached.");
    return null;
  }
}

/** Ask the app something as Slack does; its failure is shown as Slack shows it. */
export async function act(path, body) {
  const told = await ask("POST", path, body);
  if (told && !told.ok && !told.errors) {
    toast(`Threadline could not do that: ${reason(told)}.`);
  }
  return told;
}

function reason(told) {
  if (told.error === "http_timeout") return "it did not answer within three seconds";
  if (told.error === "connection_failed") return "it cannot be reached";
  const said = told.answer?.error?.message || told.answer?.error || told.answer?.message || (typeof told.answer === "string" ? told.answer.slice(0, 200) : "");
  const messages = told.response_metadata?.messages?.join(" ") || "";
  const status = told.error === "http_error" ? `it answered ${told.status}` : `Slack would not take it (${told.error})`;
  return [status, said, messages].filter(Boolean).join(": ");
}

function keepMessage(message) {
  const room = world.messages.get(message.channel) || new Map();
  world.messages.set(message.channel, room);
  if (message.deleted) room.delete(message.ts);
  else room.set(message.ts, message);
}

const keep = {
  text: (key, value) => world.texts.set(key, value),
  channel: (key, value) => (value.deleted ? world.channels.delete(key) : world.channels.set(key, value)),
  user: (key, value) => world.users.set(key, { ...world.users.get(key), ...value, stranger: value.team !== value.home }),
  group: (key, value) => { world.groups = [...world.groups.filter((one) => one.id !== key), value]; },
  complaint: (key, value) => toast(`Slack would refuse this (${value.method}): ${[value.error, ...value.messages].join(" ")}`, "bad"),
  message: (key, value) => keepMessage(value),
  ephemeral: (key, value) => (value.deleted ? world.ephemerals.delete(key) : world.ephemerals.set(key, value)),
  view: (key, value) => (value.open ? world.views.set(key, value) : world.views.delete(key)),
  home: (key, value) => { world.homes[key] = value; },
};

function takeSlack(slack) {
  Object.assign(world, { team: slack.team, homes: slack.homes, home: slack.home, groups: slack.groups, commands: slack.commands, shortcuts: slack.shortcuts });
  world.users = new Map(slack.users.map((user) => [user.id, user]));
  for (const map of [world.channels, world.messages, world.ephemerals, world.views]) map.clear();
  for (const { messages, ephemerals, ...channel } of slack.channels) {
    world.channels.set(channel.id, channel);
    for (const { replies, ...message } of messages) [message, ...replies].forEach(keepMessage);
    for (const message of ephemerals) world.ephemerals.set(`${channel.id}/${message.ts}`, message);
  }
  // Modals that were open before are gone, as in Slack after a reload.
}

async function load() {
  const [phones, slack] = await Promise.all([fetch("texts"), fetch("slack")].map(async (going) => (await going).json()));
  Object.assign(world, { numbers: phones.numbers, customers: phones.customers, links: phones.links });
  world.texts = new Map(phones.texts.map((text) => [text.sid, text]));
  takeSlack(slack);
}

/** Load everything and follow the changes; after a break everything is loaded anew. */
export function follow() {
  const stream = new EventSource("events");
  const say = (state, words) => { $("live").dataset.state = state; $("live").textContent = words; };
  let early = [];
  stream.onopen = async () => {
    early = [];
    try {
      await load();
    } catch {
      return say("lost", "offline");
    }
    early.forEach(({ of, key, value }) => keep[of]?.(key, value));
    early = null;
    say("live", "live");
    repaint();
  };
  stream.onmessage = (event) => {
    const change = JSON.parse(event.data);
    if (early) return early.push(change);
    keep[change.of]?.(change.key, change.value);
    repaint();
  };
  stream.onerror = () => { early = []; say("lost", "reconnecting"); };
}

/** The channel where that customer's conversation is, by the number in its topic. */
export const roomOf = (number, rooms = [...world.channels.values()]) => rooms.find((room) => room.private && !room.archived && room.topic?.includes(number));
