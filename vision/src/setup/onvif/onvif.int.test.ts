import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type OnvifDeviceOptions,
  startOnvifDevice,
  type TestOnvifDevice,
} from '../../testing/onvif-device.ts';
import { readDevice } from './device.ts';
import { discover, probeTargets } from './discover.ts';

/** The client against a device that speaks UDP and HTTP and checks what it is sent. */
const SECRET = 'geh<eim>&"4711"';
const device: { now: TestOnvifDevice | undefined } = { now: undefined };
afterEach(async () => {
  await device.now?.close();
  device.now = undefined;
});
async function start(options: Partial<OnvifDeviceOptions> = {}): Promise<TestOnvifDevice> {
  device.now = await startOnvifDevice({
    user: 'viewer',
    password: SECRET,
    streams: {
      main: 'rtsp://10.1.2.3:8554/live?stream=1&unicast=true',
      sub: 'rtsp://admin:inside@10.1.2.3/sub',
      none: null,
    },
    ...options,
  });
  return device.now;
}
/** A port at which nothing listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
const read = (of: TestOnvifDevice, password = SECRET) =>
  readDevice({ address: of.address, user: 'viewer', password }, 'worker-1');

describe('a device', () => {
  it('is read with its profiles, whose addresses are at its own host and without a user', async () => {
    // Its clock is wrong by hours, and it names a host of another network.
    const of = await start({ clockAhead: 5 * 3_600_000, namedHost: '10.1.2.3' });
    const found = await read(of);
    expect(found).toMatchObject({
      worker: 'worker-1',
      outcome: 'ok',
      message: null,
      maker: 'Anshi Optics',
      model: 'AO-200 & co',
      firmware: '1.2.3',
      serial: 'S-1',
    });
    expect(found.profiles).toMatchObject([
      {
        token: 'main',
        name: 'main stream',
        codec: 'H264',
        width: 1280,
        height: 720,
        fps: 25,
        stream: 'rtsp://127.0.0.1:8554/live?stream=1&unicast=true',
        snapshot: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/onvif\/still$/),
      },
      { token: 'sub', stream: 'rtsp://127.0.0.1/sub', snapshot: null },
      { token: 'none', stream: null },
    ]);
    expect(JSON.stringify(found)).not.toContain('inside');
    expect(of.refused).toBe(0);
  });

  it('is asked at the usual path where the address names none', async () => {
    const of = await start();
    const { origin } = new URL(of.address);
    const found = await readDevice({ address: origin, user: 'viewer', password: SECRET }, 'w');
    expect(found.outcome).toBe('ok');
  });

  it('is tried with a wrong password once, so that it locks nobody out', async () => {
    const of = await start();
    expect(await read(of, 'wrong')).toMatchObject({ outcome: 'wrong-password', profiles: [] });
    expect(of.refused).toBe(1);
    expect(of.asked).toEqual(['GetSystemDateAndTime', 'GetDeviceInformation']);
  });

  it.each([
    ['a web page', 'html'],
    ['a text without end', 'long'],
    ['a document type', 'doctype'],
    ['a redirect, which is not followed', 'redirect'],
  ] as const)('that answers by %s is none', async (_, broken) => {
    const found = await read(await start({ broken }));
    expect(found).toMatchObject({ outcome: 'not-onvif', profiles: [] });
    expect(JSON.stringify(found)).not.toContain(SECRET);
  });

  it('without a stream is told apart, and so are a closed port and an unknown name', async () => {
    expect(await read(await start({ streams: {} }))).toMatchObject({ outcome: 'no-media' });
    const other = (address: string) => readDevice({ address, user: '', password: '' }, 'w');
    expect(await other(`http://127.0.0.1:${await closedPort()}/`)).toMatchObject({
      outcome: 'refused',
    });
    expect(await other('http://camera.invalid/')).toMatchObject({ outcome: 'name-not-found' });
  });
});

describe('discovery', () => {
  it('finds what answers, with its name, maker and model, at the host that answered', async () => {
    const of = await start({ namedHost: '10.1.2.3' });
    const found = await discover({ worker: 'worker-1', targets: [of.probe], listenMs: 1_500 });
    const one = found.devices.find(({ id }) => id === `urn:uuid:anshi-${new URL(of.address).port}`);
    expect(one).toMatchObject({
      name: 'Gate north',
      maker: 'Anshi Optics',
      model: 'AO-200',
      address: of.address,
      host: '127.0.0.1',
    });
    // Asked twice, listed once.
    expect(found.devices.filter(({ id }) => id === one?.id)).toHaveLength(1);
  });

  it('leaves out what answers another question, or nothing that can be read', async () => {
    const liar = createSocket('udp4');
    liar.on('message', (bytes, { port, address }) => {
      const text = bytes.toString('utf8');
      const id = /MessageID>([^<]*)</.exec(text)?.[1] ?? '';
      const answer = (relates: string) =>
        `<e:Envelope xmlns:e="x"><e:Header><RelatesTo>${relates}</RelatesTo></e:Header><e:Body><ProbeMatches><ProbeMatch><EndpointReference><Address>liar</Address></EndpointReference><XAddrs>http://192.0.2.1/</XAddrs></ProbeMatch></ProbeMatches></e:Body></e:Envelope>`;
      liar.send('no xml <', port, address);
      liar.send(answer('uuid:other'), port, address);
      liar.send(`<!DOCTYPE a>${answer(id)}`, port, address);
    });
    liar.bind(0, '127.0.0.1');
    await once(liar, 'listening');
    const targets = [{ host: '127.0.0.1', port: liar.address().port }];
    const found = await discover({ worker: 'worker-1', targets, listenMs: 1_000 });
    liar.close();
    expect(found.devices.filter(({ id }) => id === 'liar')).toEqual([]);
  });

  it('reads the hosts that are asked by themselves', () => {
    expect(probeTargets('192.0.2.10, cam.example:4000,')).toEqual([
      { host: '192.0.2.10', port: 3702 },
      { host: 'cam.example', port: 4000 },
    ]);
    expect(probeTargets('')).toEqual([]);
  });
});
