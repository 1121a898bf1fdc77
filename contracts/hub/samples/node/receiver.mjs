// A receiver of signed webhooks with nothing but Node (20 or later). It answers the handshake, verifies signatures,
// takes each event once and names the numbers it is missing.
//
//   WEBHOOK_SECRET=whsec_… PORT=8090 node receiver.mjs
//
// During a rotation put both secrets into WEBHOOK_SECRET, separated by a space.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const secrets = (process.env.WEBHOOK_SECRET ?? '').split(/\s+/).filter(Boolean)
  .map(secret => Buffer.from(secret.replace(/^whsec_/, ''), 'base64'));
const tolerance = 5 * 60;
const largest = 256 * 1024;

// In production these two are tables, written in the transaction in which the event is acted upon.
const taken = new Map();
const sequence = { last: 0, missing: new Set() };

function isSigned(headers, body) {
  const signed = Buffer.concat([Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.`), body]);
  const given = String(headers['webhook-signature'] ?? '').split(' ')
    .filter(one => one.startsWith('v1,')).map(one => Buffer.from(one.slice(3), 'base64'));
  return secrets.some(secret => {
    const wanted = createHmac('sha256', secret).update(signed).digest();
    return given.some(one => one.length === wanted.length && timingSafeEqual(one, wanted));
  });
}

function note(number) {
  sequence.missing.delete(number);
  for (let next = sequence.last + 1; next < number; next++) sequence.missing.add(next);
  sequence.last = Math.max(sequence.last, number);
}

// Act on the event here. Answer quickly: put what takes long into a queue of your own.
function act(event) {
  console.log(JSON.stringify({ id: event.id, type: event.type, sequence: event.sequence, missing: [...sequence.missing] }));
}

function take(headers, body) {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp } = headers;
  if (!id || !timestamp || !isSigned(headers, body)) return 401;
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > tolerance) return 400;
  if (taken.has(id)) return 200; // a repeat has no second effect
  let event;
  try {
    event = JSON.parse(body);
  } catch {
    return 400;
  }
  note(Number(event.sequence)); // whatever its type: each number counts
  taken.set(id, true);
  act(event);
  return 204;
}

const server = createServer((request, response) => {
  if (request.method === 'OPTIONS') {
    const origin = request.headers['webhook-request-origin'];
    response.writeHead(200, origin ? { 'WebHook-Allowed-Origin': origin, 'WebHook-Allowed-Rate': '*' } : {}).end();
    return;
  }
  if (request.method !== 'POST') {
    response.writeHead(405).end();
    return;
  }
  const parts = [];
  let size = 0;
  request.on('data', part => {
    size += part.length;
    if (size > largest) response.writeHead(413).end(() => request.destroy());
    else parts.push(part);
  });
  request.on('end', () => {
    if (!response.headersSent) response.writeHead(take(request.headers, Buffer.concat(parts))).end();
  });
});

server.listen(Number(process.env.PORT ?? 8090), process.env.HOST ?? '127.0.0.1', () =>
  console.log(JSON.stringify({ listening: server.address().port })));
