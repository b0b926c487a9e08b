import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { slug } from '@anshi/contracts';
import type { Logger } from 'pino';
import { z } from 'zod';
import { type EdgeAnswer, refusal } from './answers.ts';
import type { EdgePoint } from './point.ts';

const MOST_BYTES = 8 * 1024;
/** Connections in all, and of one address: one machine on the network does not keep the others out. */
const MOST_CONNECTIONS = 400;
const MOST_OF_ADDRESS = 50;
/** How long a request may take to come in, ms, and how often that is looked at. */
const REQUEST_MS = 5_000;
const LOOK_MS = 1_000;
const PATHS = {
  '/api/v1/gates/machine-start': 'start',
  '/api/v1/gates/area-entry': 'entry',
} as const;

/** What the API takes, so that a point needs no other program for a gateway. */
const body = z.object({
  point: slug,
  machine: slug.optional(),
  area: slug.optional(),
  card: z.string().min(1).max(128).optional(),
  code: z
    .string()
    .regex(/^\d{8}$/)
    .optional(),
  plate: z.string().min(1).max(32).optional(),
  at: z.iso.datetime({ offset: true }),
});
const keyForm = /^[\x21-\x7e]{8,64}$/;

export interface GateServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Listens for readers and PLCs, with the same paths, credentials and answers as the API.
 *
 * @throws Error where the address cannot be used.
 */
export async function serveGates(
  listen: { host: string; port: number },
  points: ReadonlyMap<string, EdgePoint>,
  log: Logger,
): Promise<GateServer> {
  const limits = {
    requestTimeout: REQUEST_MS,
    headersTimeout: REQUEST_MS,
    connectionsCheckingInterval: LOOK_MS,
  };
  const server = createServer(limits, (request, response) => {
    answer(request, points)
      .catch((err: unknown) => {
        log.error({ err }, 'a request of a point was not answered');
        return refusal(503, 'gate.failed', 'The gateway failed: the machine stays off');
      })
      .then(({ status, body: content }) => send(response, status, content));
  });
  server.maxConnections = MOST_CONNECTIONS;
  limitAddresses(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(listen.port, listen.host, () => resolve());
  });
  return { port: (server.address() as AddressInfo).port, close: () => close(server) };
}

async function answer(
  request: IncomingMessage,
  points: ReadonlyMap<string, EdgePoint>,
): Promise<EdgeAnswer> {
  const [path = ''] = (request.url ?? '').split('?');
  const kind = Object.hasOwn(PATHS, path) ? PATHS[path as keyof typeof PATHS] : undefined;
  if (!kind || request.method !== 'POST') return refusal(404, 'not-found', 'There is no such path');
  const text = await textOf(request);
  if (text === null) return refusal(413, 'request.too-large', 'The body is too large');
  const read = body.safeParse(jsonOf(text));
  const given = read.data;
  const target = kind === 'start' ? given?.machine : given?.area;
  const key = request.headers['idempotency-key'];
  const who = [given?.card, given?.code, kind === 'entry' ? given?.plate : undefined];
  const isOne = who.filter((one) => one !== undefined).length === 1;
  if (!given || target === undefined || !isOne) {
    return refusal(
      400,
      'request.invalid',
      'Send point, machine or area, card, code or plate, and at',
    );
  }
  if (typeof key !== 'string' || !keyForm.test(key)) {
    return refusal(400, 'request.invalid', 'Idempotency-Key must be 8 to 64 printable characters');
  }
  const point = points.get(given.point);
  if (!point?.isSecret(secretOf(request))) {
    point?.report('wrong-secret');
    return refusal(401, 'device.refused', 'The credential of the point is not accepted');
  }
  const { card = null, plate = null, at } = given;
  return point.ask({ key, kind, target, card, plate, at, body: text });
}

function secretOf({ headers }: IncomingMessage): string {
  const [scheme = '', value = ''] = (headers.authorization ?? '').split(' ');
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() !== 'basic') return '';
  return Buffer.from(value, 'base64').toString('utf8').split(':').slice(1).join(':');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Null where it is too large. */
async function textOf(request: IncomingMessage): Promise<string | null> {
  const parts: Buffer[] = [];
  let length = 0;
  // The answer to one that is too large still has to go out.
  const all: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false });
  for await (const part of all) {
    length += part.length;
    if (length > MOST_BYTES) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function send(response: ServerResponse, status: number, content: unknown): void {
  if (response.destroyed) return;
  response.writeHead(status, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    ...(status === 413 ? { connection: 'close' } : {}),
  });
  response.end(JSON.stringify(content));
}

/** Ends connections of an address that has too many. */
function limitAddresses(server: Server): void {
  const open = new Map<string, number>();
  server.on('connection', (socket) => {
    const address = socket.remoteAddress ?? '';
    const count = (open.get(address) ?? 0) + 1;
    open.set(address, count);
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left === 0) open.delete(address);
      else open.set(address, left);
    });
    if (count > MOST_OF_ADDRESS) socket.destroy();
  });
}

const close = (server: Server) =>
  new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
