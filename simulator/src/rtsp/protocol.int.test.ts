import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writePackets } from '../rtp/packets.ts';
import { H264_WITH_B, makeClip } from '../testing/ffmpeg.ts';
import { startTestPlant, temporaryFolder } from '../testing/plant.ts';
import { isRtp, type Packet, RtspClient, sequenceOf, timestampOf } from '../testing/rtsp-client.ts';
import { TcpClient } from './clients.ts';

/** Longer than the process itself is ever blocked. */
const TIMEOUT_SECONDS = 3;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let plant: Awaited<ReturnType<typeof startTestPlant>>;

beforeAll(async () => {
  folder = await temporaryFolder();
  for (const [name, seconds] of [
    ['west', 1.6],
    ['east', 1.2],
  ] as const) {
    await makeClip(join(folder.path, `${name}.mp4`), { seconds, codec: H264_WITH_B });
    const frames = [{ t: 0, workers: [] }];
    const rest = { fps: 15, floorPlan: 'main-hall', machines: [], lines: [], frames };
    const truth = JSON.stringify({ clip: name, duration: seconds, ...rest });
    await writeFile(join(folder.path, `${name}.truth.json`), truth);
  }
  plant = await startTestPlant(folder.path, { sessionTimeoutSeconds: TIMEOUT_SECONDS });
});
afterAll(async () => {
  await plant?.close();
  await folder?.remove();
});

const dial = () => RtspClient.connect(plant.rtspPort);

describe('bad input', () => {
  it.each([
    ['garbage', '\x16\x03\x01 nothing of use\r\n'],
    ['HTTP', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['huge headers', `OPTIONS * RTSP/1.0\r\n${'X-Filler: y\r\n'.repeat(2000)}`],
  ])('%s is answered with 400, and the connection is closed', async (_, text) => {
    const client = await dial();
    const answer = client.answer();
    client.socket.write(text, 'latin1');
    expect((await answer).status).toBe(400);
    await client.closed;
  });

  it('invalid requests are refused with specific codes, and the connection stays open', async () => {
    const client = await dial();
    const url = plant.url('west');
    expect((await client.request('PLAY', url)).status).toBe(454);
    expect((await client.request('RECORD', url)).status).toBe(501);
    expect((await client.request('DESCRIBE', plant.url('none'))).status).toBe(404);
    const multicast = { Transport: 'RTP/AVP;multicast' };
    expect((await client.request('SETUP', url, multicast)).status).toBe(461);
    const tcp = { Transport: 'RTP/AVP/TCP;interleaved=0-1' };
    expect((await client.request('SETUP', url, tcp)).status).toBe(200);
    expect((await client.request('PLAY', url, { Session: 'invented' })).status).toBe(454);
    expect((await client.request('OPTIONS', '*')).status).toBe(200);
    client.close();
  });
});

it('a fragmented request is answered as one', async () => {
  const client = await dial();
  const answer = client.answer();
  const text = `DESCRIBE ${plant.url('west')} RTSP/1.0\r\nCSeq: 5\r\n\r\n`;
  for (const character of text) {
    client.socket.write(character);
    await new Promise(setImmediate);
  }
  const { status, headers, body } = await answer;
  expect(status).toBe(200);
  expect(headers.get('cseq')).toBe('5');
  expect(body).toContain('packetization-mode=1');
  expect(body).toMatch(/sprop-parameter-sets=[\w+/=]+,[\w+/=]+/);
  client.close();
});

it('several clients of one mount get the same pictures, each on its own channels', async () => {
  const [one, other] = [await dial(), await dial()];
  await one.play(plant.url('west'));
  await other.play(plant.url('west'), 'RTP/AVP/TCP;unicast;interleaved=4-5');
  const onOther = (packet: Packet) => packet.channel === 4;
  const [mine, theirs] = await Promise.all([one.take(120, isRtp), other.take(60, onOther)]);
  const known = new Set(one.packets.concat(mine).map(({ bytes }) => bytes.toString('base64')));
  for (const { bytes } of theirs) expect(known.has(bytes.toString('base64'))).toBe(true);
  one.close();
  other.close();
});

it('RTP numbers and timestamps continue without a jump across the loop', async () => {
  const client = await dial();
  await client.play(plant.url('west'));
  const packets = await client.take(320, isRtp);
  client.close();
  const numbers = packets.map(sequenceOf);
  for (const [i, number] of numbers.slice(1).entries()) {
    expect(number).toBe((numbers[i]! + 1) & 0xffff);
  }
  // Relative to the first picture, in the order in which they are shown; the last are incomplete.
  const first = timestampOf(packets[0]!);
  const ticks = [...new Set(packets.map((packet) => (timestampOf(packet) - first) | 0))];
  const shown = ticks.sort((a, b) => a - b).slice(0, -3);
  expect(shown.at(-1)).toBeGreaterThan(1.6 * 90_000);
  for (const [i, tick] of shown.slice(1).entries()) {
    expect(Math.abs(tick - shown[i]! - 6000)).toBeLessThanOrEqual(1);
  }
});

/** Wall time of the first picture, by the sender report that follows it; milliseconds. */
async function firstPictureTime(name: string): Promise<number> {
  const client = await dial();
  await client.play(plant.url(name));
  if (!client.packets.some((packet) => !isRtp(packet))) {
    await client.take(1, (packet) => !isRtp(packet));
  }
  const report = client.packets.find((packet) => !isRtp(packet))!.bytes;
  client.close();
  const ntpSeconds = report.readUInt32BE(8) + report.readUInt32BE(12) / 2 ** 32;
  const ticks = (timestampOf(client.packets.find(isRtp)!) - report.readUInt32BE(16)) | 0;
  return (ntpSeconds - 2_208_988_800 + ticks / 90_000) * 1000;
}

it('sender reports map pictures to wall time, by which two cameras of a floor are synchronised', async () => {
  const clock = (await plant.call('GET', '/clock')).body;
  // The shorter clip keeps to the longer one's loop.
  expect(clock.floors['main-hall'].duration).toBe(1.6);
  expect(clock.mounts.east.duration).toBe(1.6);
  const keyTimes = { west: [0, 8 / 15, 16 / 15], east: [0, 8 / 15, 16 / 15] };
  for (const name of ['west', 'east'] as const) {
    const from = Date.now();
    const at = await firstPictureTime(name);
    expect(at).toBeGreaterThan(from - 2000);
    expect(at).toBeLessThan(Date.now() + 2000);
    const inLoop = ((at - clock.epoch) / 1000) % 1.6;
    const off = keyTimes[name].map((time) => Math.abs(time - inLoop));
    expect(Math.min(...off, 1.6 - inLoop)).toBeLessThan(0.02);
  }
});

describe('UDP sessions', () => {
  /** A pair of ports is not needed: only the address matters. */
  async function udpClient() {
    const rtcp = createSocket('udp4').bind(0, '127.0.0.1');
    await once(rtcp, 'listening');
    const port = rtcp.address().port;
    const client = await dial();
    const setup = await client.play(
      plant.url('west'),
      `RTP/AVP;unicast;client_port=${port === 65_535 ? port - 1 : port + 1}-${port}`,
    );
    const ports = /server_port=(\d+)-(\d+)/.exec(setup.headers.get('transport') ?? '')!;
    return { rtcp, client, serverRtcp: Number(ports[2]) };
  }

  it('end after the timeout; reports from the client keep them alive', async () => {
    const silent = await udpClient();
    const alive = await udpClient();
    const report = Buffer.from([0x80, 201, 0, 1, 0, 0, 0, 1]);
    const ping = setInterval(() => alive.rtcp.send(report, alive.serverRtcp, '127.0.0.1'), 100);
    await silent.client.closed;
    // The live session is older than the timeout, and still served.
    const from = performance.now();
    while (performance.now() - from < TIMEOUT_SECONDS * 1000) await once(alive.rtcp, 'message');
    expect(alive.client.socket.destroyed).toBe(false);
    clearInterval(ping);
    alive.client.close();
    silent.rtcp.close();
    alive.rtcp.close();
  });
});

it('a client that does not read is disconnected before it fills the memory', async () => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const reader = connect(typeof address === 'object' && address ? address.port : 0, '127.0.0.1');
  reader.on('error', () => {});
  const [socket] = await accepted;
  const client = new TcpClient(socket, { rtp: 0, rtcp: 1 });
  const state = { payloadType: 96, ssrc: 1, sequence: 0 };
  const batch = writePackets([{ head: [], body: Buffer.alloc(60_000) }], state, 0, true);
  let sends = 0;
  while (!socket.destroyed && sends < 10_000) {
    client.send(batch);
    sends += 1;
    await new Promise(setImmediate);
  }
  expect(socket.destroyed).toBe(true);
  expect(socket.writableLength).toBeLessThan(6 * 1024 * 1024);
  reader.destroy();
  server.close();
});
