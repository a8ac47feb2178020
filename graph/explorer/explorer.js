"use strict";

const $ = (id) => document.getElementById(id);
const ENDPOINT = location.pathname;
const KEPT_EVENTS = 200;
const KEPT_QUERIES = 20;

const EXAMPLES = {
  "Who am I": "{\n  viewer {\n    name\n    scopes\n  }\n}",
  "Latest conversations":
    "{\n  threads(first: 10) {\n    nodes {\n      id\n      status\n      unreadCount\n      contact { name phone }\n      lastMessage { direction body status createdAt }\n    }\n    pageInfo { hasNextPage endCursor }\n  }\n}",
  "Find contacts": [
    "query Find($search: String) {\n  contacts(search: $search, orderBy: NAME_ASC, first: 20) {\n    totalCount\n    nodes {\n      id\n      name\n      phone\n      email\n      preferences { smsOptIn }\n    }\n  }\n}",
    '{ "search": "760" }',
  ],
  "May I text them?": [
    "query Preview($input: SendMessageInput!) {\n  previewMessage(input: $input) {\n    segments\n    encoding\n    unicodeCulprits\n    estimatedPrice\n    decision {\n      allowed\n      reasons\n      problem { code message help }\n    }\n  }\n}",
    '{ "input": { "to": "(760) 555-1234", "body": "It’s ready" } }',
  ],
  "Make a contact": [
    "mutation Create($input: CreateContactInput!) {\n  createContact(input: $input) {\n    ... on Contact { id name phone preferences { smsOptIn } }\n    ... on Problem { code message fields { field message } conflictId }\n  }\n}",
    '{\n  "input": {\n    "firstName": "Jane",\n    "lastName": "Doe",\n    "phone": "760-555-1234",\n    "consent": { "action": "OPT_IN", "method": "FORM", "wordingVersion": "consent-1" }\n  }\n}',
  ],
  "Send a text": [
    "mutation Send($input: SendMessageInput!) {\n  sendMessage(input: $input) {\n    ... on Message { id status to segments }\n    ... on Problem { code message help }\n  }\n}",
    '{ "input": { "to": "760-555-1234", "body": "Hello from the API" } }',
  ],
  "Follow texts live":
    "subscription {\n  messages {\n    change\n    status\n    message { direction from to body contact { name } }\n    cursor\n  }\n}",
};

// ---- small helpers -------------------------------------------------------------------------

function el(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function remembered(key, fallback) {
  try {
    return JSON.parse(localStorage.getItem(`threadline:${key}`)) ?? fallback;
  } catch {
    return fallback;
  }
}

const remember = (key, value) => localStorage.setItem(`threadline:${key}`, JSON.stringify(value));
const say = (text) => ($("state").textContent = text);

function json(value) {
  const box = el("pre", {});
  const token = /("(?:\\.|[^"\\])*")(\s*:)?|\b(?:true|false|null)\b|-?\d[\d.eE+-]*/g;
  const text = JSON.stringify(value, null, 2);
  let from = 0;
  for (const found of text.matchAll(token)) {
    const kind = found[2] ? "k" : found[1] ? "s" : "n";
    box.append(text.slice(from, found.index), el("span", { className: kind }, found[1] ?? found[0]));
    from = found.index + (found[1] ?? found[0]).length;
  }
  box.append(text.slice(from));
  return box;
}

function show(value, { add = false } = {}) {
  const box = json(value);
  if (value.errors) box.classList.add("wrong");
  if (!add) return $("result").replaceChildren(box);
  $("result").prepend(box);
  while ($("result").children.length > KEPT_EVENTS) $("result").lastChild.remove();
}

// ---- operations ----------------------------------------------------------------------------

function operations(text) {
  const plain = text.replace(/#.*|"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"/g, (part) => " ".repeat(part.length));
  const found = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < plain.length; at++) {
    if (plain[at] === "{" || plain[at] === "(") depth++;
    if (plain[at] === ")") depth--;
    if (plain[at] !== "}" || --depth) continue;
    const head = /^\s*(query|mutation|subscription|fragment)?\s*([A-Za-z_]\w*)?/.exec(plain.slice(from, at));
    found.push({ kind: head[1] ?? "query", name: head[2], end: at });
    from = at + 1;
  }
  return found.filter((one) => one.kind !== "fragment");
}

function request() {
  const query = $("query").value;
  const all = operations(query);
  const chosen = all.find((one) => one.end >= $("query").selectionStart) ?? all.at(-1) ?? { kind: "query" };
  const variables = $("variables").value.trim() ? JSON.parse($("variables").value) : {};
  const body = { query, variables };
  if (chosen.name) body.operationName = chosen.name;
  return { kind: chosen.kind, body };
}

async function post(body) {
  const headers = { "content-type": "application/json" };
  const token = $("token").value.trim();
  if (token) headers.authorization = `Bearer ${token}`;
  const reply = await fetch(ENDPOINT, { method: "POST", headers, body: JSON.stringify(body) });
  return { status: reply.status, value: await reply.json() };
}

async function run() {
  stop();
  try {
    const { kind, body } = request();
    keep();
    if (kind === "subscription") return follow(body);
    say("…");
    const started = performance.now();
    const { status, value } = await post(body);
    show(value);
    say(`${status} · ${Math.round(performance.now() - started)} ms`);
  } catch (error) {
    show({ errors: [{ message: String(error.message ?? error) }] });
    say("");
  }
}

let socket = null;

function follow(body) {
  const url = new URL(ENDPOINT, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const own = (socket = new WebSocket(url, "graphql-transport-ws"));
  const send = (message) => own.send(JSON.stringify(message));
  let count = 0;
  $("result").replaceChildren();
  $("stop").hidden = false;
  say("connecting …");
  own.onopen = () => send({ type: "connection_init", payload: { authorization: `Bearer ${$("token").value.trim()}` } });
  own.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.type === "connection_ack") {
      send({ id: "1", type: "subscribe", payload: body });
      say("listening …");
    } else if (message.type === "ping") send({ type: "pong" });
    else if (message.type === "next") {
      show(message.payload, { add: true });
      say(`listening · ${++count} event${count === 1 ? "" : "s"}`);
    } else if (message.type === "error") show({ errors: message.payload }, { add: true });
    if (message.type === "error" || message.type === "complete") own.close(1000);
  };
  own.onclose = ({ code, reason }) => {
    if (own === socket) stop();
    if (code === 4403) show({ errors: [{ message: "This token is not valid." }] });
    say(code === 1000 ? `ended · ${count} events` : `closed ${code} ${reason}`);
  };
}

function stop() {
  const own = socket;
  socket = null;
  $("stop").hidden = true;
  own?.close(1000);
}

// ---- schema --------------------------------------------------------------------------------

const INTROSPECTION = `{ __schema { queryType { name } mutationType { name } subscriptionType { name }
  types { kind name description possibleTypes { name } enumValues { name description }
    fields { name description type { ...T } args { name description defaultValue type { ...T } } }
    inputFields { name description defaultValue type { ...T } } } } }
fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }`;

let types = {};
let roots = [];

async function learn() {
  const { value } = await post({ query: INTROSPECTION });
  if (!value.data) return;
  const { types: all, queryType, mutationType, subscriptionType } = value.data.__schema;
  types = Object.fromEntries(all.filter((one) => !one.name.startsWith("__")).map((one) => [one.name, one]));
  roots = [queryType, mutationType, subscriptionType].filter(Boolean).map((one) => one.name);
  browse([]);
}

const written = (type) =>
  type.kind === "NON_NULL" ? `${written(type.ofType)}!` : type.kind === "LIST" ? `[${written(type.ofType)}]` : type.name;
const named = (type) => (type.ofType ? named(type.ofType) : type.name);

function link(label, trail) {
  return el("button", { className: "link", onclick: () => browse(trail) }, label);
}

function entry(field, trail, root) {
  const line = el("code", {}, field.name);
  if (field.args?.length) {
    line.append("(");
    field.args.forEach((arg, at) => line.append(at ? ", " : "", `${arg.name}: `, typeLink(arg, trail)));
    line.append(")");
  }
  if (field.type) line.append(": ", typeLink(field, trail));
  const box = el("div", { className: "entry" }, line, el("small", {}, field.description ?? ""));
  for (const arg of field.args ?? []) box.append(el("small", {}, `${arg.name} – ${arg.description}`));
  if (root) box.prepend(el("button", { className: "try", onclick: () => attempt(root, field) }, "Try"));
  return box;
}

const typeLink = (field, trail) => link(written(field.type), [...trail, named(field.type)]);

function browse(trail) {
  const steps = [link("Schema", []), ...trail.map((name, at) => link(`› ${name}`, trail.slice(0, at + 1)))];
  $("trail").replaceChildren(...steps);
  const kind = types[trail.at(-1)];
  if (!kind) {
    const names = Object.keys(types).filter((name) => !roots.includes(name)).sort();
    const line = (name) => el("div", { className: "entry" }, link(name, [name]), el("small", {}, types[name].description ?? ""));
    return $("docs").replaceChildren(...roots.map(line), ...names.map(line));
  }
  const root = roots.includes(kind.name) ? kind.name.toLowerCase() : null;
  const parts = kind.fields ?? kind.inputFields ?? kind.enumValues ?? [];
  const members = (kind.possibleTypes ?? []).map((one) => el("div", { className: "entry" }, link(one.name, [...trail, one.name])));
  $("docs").replaceChildren(
    el("h2", {}, kind.name), el("p", {}, kind.description ?? ""),
    ...parts.map((one) => entry(one, trail, root)), ...members,
  );
  $("docs").scrollTop = 0;
}

function find(text) {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return browse([]);
  const found = [];
  for (const kind of Object.values(types)) {
    if (kind.name.toLowerCase().includes(wanted)) found.push(el("div", { className: "entry" }, link(kind.name, [kind.name])));
    for (const field of kind.fields ?? kind.inputFields ?? kind.enumValues ?? []) {
      if (!field.name.toLowerCase().includes(wanted)) continue;
      found.push(el("div", { className: "entry" }, link(`${kind.name}.${field.name}`, [kind.name]), el("small", {}, field.description ?? "")));
    }
  }
  $("docs").replaceChildren(...(found.length ? found.slice(0, 80) : [el("p", {}, "Nothing has this name.")]));
}

function attempt(root, field) {
  const needed = field.args.filter((arg) => arg.type.kind === "NON_NULL");
  const declared = needed.map((arg) => `$${arg.name}: ${written(arg.type)}`).join(", ");
  const given = needed.map((arg) => `${arg.name}: $${arg.name}`).join(", ");
  const inner = selection(types[named(field.type)], "    ", 2);
  $("query").value = `${root}${declared ? ` Try(${declared})` : ""} {\n  ${field.name}${given && `(${given})`}${inner}\n}`;
  $("variables").value = needed.length ? JSON.stringify(Object.fromEntries(needed.map((arg) => [arg.name, null])), null, 2) : "";
}

function selection(kind, indent, depth) {
  if (kind?.possibleTypes && kind.kind === "UNION") {
    const parts = kind.possibleTypes.map((one) => `${indent}... on ${one.name}${selection(types[one.name], `${indent}  `, 0)}`);
    return ` {\n${parts.join("\n")}\n${indent.slice(2)}}`;
  }
  if (!kind?.fields) return "";
  const easy = kind.fields.filter((field) => !types[named(field.type)]?.fields && types[named(field.type)]?.kind !== "UNION");
  const nested = kind.fields.filter((field) => depth && ["nodes", "message", "thread", "pageInfo"].includes(field.name) && !easy.includes(field));
  const lines = [...easy, ...nested].map((field) => `${indent}${field.name}${selection(types[named(field.type)], `${indent}  `, depth - 1)}`);
  return ` {\n${lines.join("\n") || `${indent}__typename`}\n${indent.slice(2)}}`;
}

// ---- the page ------------------------------------------------------------------------------

function keep() {
  const now = [$("query").value, $("variables").value];
  const others = remembered("history", []).filter(([query]) => query !== now[0]);
  remember("history", [now, ...others].slice(0, KEPT_QUERIES));
  listHistory();
}

function listHistory() {
  const items = remembered("history", []).map(([query], at) => el("option", { value: at }, query.replace(/\s+/g, " ").slice(0, 60)));
  $("history").replaceChildren(el("option", { value: "" }, "History"), ...items);
}

function put(query, variables) {
  $("query").value = query;
  $("variables").value = variables ?? "";
  $("query").focus();
}

function choose(menu, pick) {
  menu.onchange = () => {
    if (menu.value !== "") put(...[pick(menu.value)].flat());
    menu.value = "";
  };
}

function typed(event) {
  const area = event.target;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    run();
  } else if (event.key === "Tab" && !event.shiftKey && area.matches("textarea")) {
    event.preventDefault();
    area.setRangeText("  ", area.selectionStart, area.selectionEnd, "end");
  } else if (event.key === "Enter" && area.matches("textarea")) {
    const line = area.value.slice(0, area.selectionStart).split("\n").at(-1);
    event.preventDefault();
    area.setRangeText(`\n${/^\s*/.exec(line)[0]}${/[{([]\s*$/.test(line) ? "  " : ""}`, area.selectionStart, area.selectionEnd, "end");
  }
}

$("bar").onsubmit = (event) => {
  event.preventDefault();
  run();
};
$("stop").onclick = stop;
$("search").oninput = (event) => find(event.target.value);
$("token").value = sessionStorage.getItem("threadline:token") ?? "";
$("token").oninput = (event) => sessionStorage.setItem("threadline:token", event.target.value);
$("toggle").onclick = () => {
  $("schema").hidden = !$("schema").hidden;
  $("toggle").ariaPressed = String(!$("schema").hidden);
  document.querySelector("main").classList.toggle("wide", $("schema").hidden);
};
$("theme").onclick = () => {
  const dark = getComputedStyle(document.documentElement).colorScheme === "dark" ||
    (!document.documentElement.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
  remember("theme", (document.documentElement.dataset.theme = dark ? "light" : "dark"));
};
const theme = remembered("theme", null);
if (theme) document.documentElement.dataset.theme = theme;
document.addEventListener("keydown", typed);
$("examples").append(...Object.keys(EXAMPLES).map((name) => el("option", { value: name }, name)));
choose($("examples"), (name) => EXAMPLES[name]);
choose($("history"), (at) => remembered("history", [])[at]);
put(...(remembered("history", [])[0] ?? [EXAMPLES["Who am I"]]));
listHistory();
learn();
