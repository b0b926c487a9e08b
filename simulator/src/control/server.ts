import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { z } from 'zod';
import { type Clock, loopTime } from '../clock.ts';
import type { MountTable } from '../mounts/table.ts';
import type { Floor } from '../plant/floor.ts';
import type { GateReader } from '../plant/gate-reader.ts';
import {
  cardBody,
  type MountBody,
  mountBody,
  mountName,
  shiftBody,
  tellMount,
} from './messages.ts';

const HOST = '127.0.0.1';
const MAX_BODY_BYTES = 64 * 1024;

export interface ControlOptions {
  port: number;
  rtspPort: number;
  clock: Clock;
  mounts: MountTable;
  floors: ReadonlyMap<string, Floor>;
  gates: readonly GateReader[];
  /** Makes a mount from a validated body. */
  mount: (name: string, body: MountBody) => Promise<unknown>;
  log: Logger;
}

export interface ControlServer {
  url: string;
  close(): Promise<void>;
}

/** An error response: status and message. */
class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * The simulator's control API for tests and benches, on this machine only.
 *
 *     GET    /mounts                         all mounts with their clients
 *     PUT    /mounts/NAME                    make or replace one (mountBody)
 *     DELETE /mounts/NAME                    remove it: 404 from now on
 *     POST   /mounts/NAME/{drop,freeze,thaw} faults
 *     POST   /mounts/NAME/shift              timestamps jump (shiftBody)
 *     POST   /gates/NAME/{show,stop}         show a card (cardBody), switch the machine off
 *     GET    /clock                          epoch, and the clip time of each floor and mount
 */
export async function startControl(options: ControlOptions): Promise<ControlServer> {
  const server = createServer((request, response) => {
    answer(options, request).then(
      (body) => send(response, 200, body),
      (error: unknown) => {
        const known = error instanceof Refusal;
        if (!known) options.log.error({ err: error }, 'a control request failed');
        const message = error instanceof Error ? error.message : String(error);
        send(response, known ? error.status : 500, { error: message });
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      const where = `${HOST}:${options.port}`;
      reject(new Error(`control cannot listen on ${where}: ${error.message}`, { cause: error }));
    });
    server.listen(options.port, HOST, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${HOST}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
}

async function answer(options: ControlOptions, request: IncomingMessage): Promise<unknown> {
  const { pathname } = new URL(request.url ?? '/', 'http://control');
  const [collection, name, action, ...rest] = pathname.split('/').filter(Boolean);
  const route = `${request.method} ${collection ?? ''}`;
  if (rest.length > 0) throw new Refusal(404, `there is no ${pathname}`);
  if (route === 'GET clock' && name === undefined) return tellClock(options);
  if (route === 'GET mounts' && name === undefined) return tellMounts(options);
  if (name !== undefined && action === undefined) {
    if (route === 'PUT mounts') return putMount(options, name, request);
    if (route === 'DELETE mounts') {
      if (!(await options.mounts.delete(name))) throw noMount(name);
      return { name, deleted: true };
    }
  }
  if (route === 'POST mounts' && name !== undefined && action !== undefined) {
    return actOn(options, name, action, request);
  }
  if (route === 'POST gates' && name !== undefined && action !== undefined) {
    return actOnGate(options, name, action, request);
  }
  throw new Refusal(404, `there is no ${request.method} ${pathname}`);
}

async function actOnGate(
  { gates }: ControlOptions,
  name: string,
  action: string,
  request: IncomingMessage,
) {
  const gate = gates.find((one) => one.name === name);
  if (!gate) throw new Refusal(404, `there is no reader "${name}"`);
  if (action === 'stop') {
    gate.stop();
    return { name, stopped: true };
  }
  if (action === 'start') {
    gate.start();
    return { name, started: true };
  }
  if (action !== 'show') throw new Refusal(404, `"${action}" is not show, start or stop`);
  const body = cardBody.safeParse(await readJson(request));
  if (!body.success) throw new Refusal(400, z.prettifyError(body.error));
  return gate.show(body.data.card);
}

const noMount = (name: string) => new Refusal(404, `there is no mount "${name}"`);

const tellMounts = ({ mounts, clock, rtspPort }: ControlOptions) => ({
  items: mounts.all().map((mount) => tellMount(mount, clock, rtspPort)),
});

function tellClock({ clock, floors, mounts }: ControlOptions) {
  const elapsed = clock.elapsed();
  const loop = (duration: number, offset = 0) => ({
    duration,
    time: loopTime(elapsed + offset, duration).time,
  });
  return {
    /** Wall time now and of the epoch, milliseconds since 1970. */
    now: clock.wallAt(elapsed),
    epoch: clock.wallAt(0),
    elapsed,
    floors: Object.fromEntries([...floors].map(([id, floor]) => [id, loop(floor.duration)])),
    mounts: Object.fromEntries(
      mounts
        .all()
        .map(({ name, source, options }) => [name, loop(source.duration, options.offset)]),
    ),
  };
}

async function putMount(options: ControlOptions, name: string, request: IncomingMessage) {
  const checkedName = mountName.safeParse(name);
  if (!checkedName.success) throw new Refusal(400, z.prettifyError(checkedName.error));
  const body = mountBody.safeParse(await readJson(request));
  if (!body.success) throw new Refusal(400, z.prettifyError(body.error));
  try {
    await options.mount(name, body.data);
  } catch (error) {
    throw new Refusal(422, error instanceof Error ? error.message : String(error));
  }
  const mount = options.mounts.find(name);
  if (!mount) throw new Refusal(409, `the mount "${name}" was taken away meanwhile`);
  return tellMount(mount, options.clock, options.rtspPort);
}

async function actOn(
  { mounts, clock, rtspPort }: ControlOptions,
  name: string,
  action: string,
  request: IncomingMessage,
) {
  const mount = mounts.find(name);
  if (!mount) throw noMount(name);
  if (action === 'drop') return { name, dropped: mount.drop() };
  if (action === 'freeze') mount.freeze();
  else if (action === 'thaw') mount.thaw();
  else if (action === 'shift') {
    const body = shiftBody.safeParse(await readJson(request));
    if (!body.success) throw new Refusal(400, z.prettifyError(body.error));
    mount.shift(body.data.seconds);
  } else throw new Refusal(404, `"${action}" is not drop, freeze, thaw or shift`);
  return tellMount(mount, clock, rtspPort);
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > MAX_BODY_BYTES) throw new Refusal(413, `a body has at most ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk as Buffer);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    throw new Refusal(400, 'the body is not JSON');
  }
}
