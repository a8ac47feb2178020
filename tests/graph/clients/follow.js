// A program with the stock graphql-ws client: asks, follows, resumes after a hang-up, stops.
// Usage: node follow.js URL TOKEN AFTER COUNT. Prints what it heard as one line of JSON.
import { createClient } from 'graphql-ws';

const [url, token, start, count] = process.argv.slice(2);
const query = `subscription ($after: Cursor) { messages(after: $after) {
  cursor change status message { body } } }`;
const heard = { closed: [], events: [] };

const connect = () =>
  createClient({
    url: url.replace('http', 'ws'),
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
    on: { closed: (event) => heard.closed.push(event.code) },
  });

async function first(client, payload) {
  let last;
  for await (const result of client.iterate(payload)) last = result;
  return last;
}

async function listen(after, most) {
  const client = connect();
  for await (const { data, errors } of client.iterate({ query, variables: { after } })) {
    if (errors) throw new Error(errors[0].extensions.code);
    const { cursor, change, status, message } = data.messages;
    if (change === 'CHECKPOINT') continue;
    heard.events.push({ change, status, body: message.body });
    after = cursor;
    if ((most -= 1) === 0) break;
  }
  await client.dispose();
  return after;
}

const client = connect();
heard.viewer = (await first(client, { query: '{ viewer { name } }' })).data.viewer.name;
await client.dispose();
const half = Math.floor(Number(count) / 2);
await listen(await listen(start, half), Number(count) - half);
heard.expired = await listen('nonsense', 1).catch((error) => error.message);
const stranger = createClient({ url: url.replace('http', 'ws'), retryAttempts: 0 });
heard.refused = await first(stranger, { query: '{ viewer { name } }' }).catch(({ code }) => code);
console.log(JSON.stringify(heard));
