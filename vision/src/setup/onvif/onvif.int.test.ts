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
import { devicesIn, discover, probeTargets } from './discover.ts';

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
    ['MD5, as RFC 2069 had it', { qop: null }],
    ['MD5', { algorithm: 'MD5', qop: 'auth' }],
    ['SHA-256', { algorithm: 'SHA-256', qop: 'auth' }],
    ['a session', { algorithm: 'MD5-sess', qop: 'auth' }],
    ['a digest of the body', { qop: 'auth-int' }],
    ['nonces for one request, which it calls stale', { qop: 'auth', uses: 1, saysStale: true }],
    ['nonces for one request', { qop: 'auth', uses: 1 }],
  ] as const)('that wants HTTP digest by %s gets no token and no password', async (_, digest) => {
    const of = await start({ digest: { ...digest, refusesTokens: true } });
    const found = await read(of);
    expect([found.outcome, found.message]).toEqual(['ok', null]);
    expect(found.profiles[0]).toMatchObject({ token: 'main', codec: 'H264' });
    expect([of.refused, of.tokens]).toEqual([0, 0]);
  });

  it('that wants HTTP digest is tried with a wrong password once, too', async () => {
    for (const saysStale of [true, false]) {
      const of = await start({ digest: { qop: 'auth', saysStale } });
      expect(await read(of, 'wrong')).toMatchObject({ outcome: 'wrong-password', profiles: [] });
      expect([of.refused, of.tokens]).toEqual([1, 0]);
      await of.close();
    }
    device.now = undefined;
  });

  it('has its streams by Media2 where it lists that, with H.265', async () => {
    const of = await start({ media2: { main: 'H265', sub: 'H264' } });
    const { profiles } = await read(of);
    expect(profiles).toEqual([
      {
        token: 'main',
        name: 'main stream',
        codec: 'H265',
        width: 2560,
        height: 1440,
        fps: 25,
        stream: 'rtsp://127.0.0.1/second/main',
        snapshot: expect.stringMatching(/\/onvif\/still2$/),
      },
      expect.objectContaining({ token: 'sub', codec: 'H264' }),
    ]);
  });

  it('without Media1 has them all the same, and one whose Media2 does not work has them by Media1', async () => {
    const modern = await start({ media2: { main: 'H265' }, odd: 'no-media1' });
    expect((await read(modern)).profiles).toMatchObject([{ codec: 'H265' }]);
    await modern.close();
    for (const odd of ['media2-faults', 'media2-empty'] as const) {
      const of = await start({ media2: { main: 'H265' }, odd });
      const { outcome, profiles } = await read(of);
      expect([odd, outcome]).toEqual([odd, 'ok']);
      expect(profiles[0]).toMatchObject({ token: 'main', codec: 'H264' });
      await of.close();
    }
    device.now = undefined;
  });

  it('at an IPv6 address is read there, and its streams are there, too', async () => {
    const of = await start({ host: '::1', namedHost: '10.1.2.3' });
    expect(of.address).toMatch(/^http:\/\/\[::1\]:/);
    const { outcome, profiles } = await read(of);
    expect(outcome).toBe('ok');
    expect(profiles[0]?.stream).toBe('rtsp://[::1]:8554/live?stream=1&unicast=true');
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

  it('finds a device by IPv6, at its address', async () => {
    const of = await start({ host: '::1', namedHost: '10.1.2.3' });
    const found = await discover({ worker: 'worker-1', targets: [of.probe], listenMs: 1_500 });
    const one = found.devices.find(({ id }) => id === `urn:uuid:anshi-${new URL(of.address).port}`);
    expect(one).toMatchObject({ name: 'Gate north', address: of.address, host: '::1' });
  });

  it('of a device that answers from an address of its link takes an address that it names', () => {
    const match = (addresses: string, from: string) => {
      const text = `<e:Envelope xmlns:e="x"><e:Header><RelatesTo>q</RelatesTo></e:Header><e:Body><ProbeMatches><ProbeMatch><EndpointReference><Address>one</Address></EndpointReference><XAddrs>${addresses}</XAddrs></ProbeMatch></ProbeMatches></e:Body></e:Envelope>`;
      return devicesIn([{ text, from }], 'q').map(({ address, host }) => [address, host]);
    };
    const named = 'http://[fe80::7]/a http://192.0.2.7:8000/b http://[2001:db8::7]/c';
    expect(match(named, 'fe80::7%eth0')).toEqual([['http://192.0.2.7:8000/b', '192.0.2.7']]);
    // No address can hold the name of our interface.
    expect(match('http://[fe80::7]/a', 'fe80::7%eth0')).toEqual([]);
    expect(match(named, '2001:db8::7')).toEqual([['http://[2001:db8::7]/c', '2001:db8::7']]);
    expect(match(named, '2001:db8::9')).toEqual([['http://[2001:db8::9]/c', '2001:db8::9']]);
    expect(match(named, '192.0.2.7')).toEqual([['http://192.0.2.7:8000/b', '192.0.2.7']]);
    expect(match('http://[2001:db8::7]/c', '192.0.2.9')).toEqual([
      ['http://192.0.2.9/c', '192.0.2.9'],
    ]);
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
    expect(probeTargets('2001:db8::10, [2001:db8::11]:4000, [2001:db8::12]')).toEqual([
      { host: '2001:db8::10', port: 3702 },
      { host: '2001:db8::11', port: 4000 },
      { host: '2001:db8::12', port: 3702 },
    ]);
    expect(probeTargets('')).toEqual([]);
  });
});
