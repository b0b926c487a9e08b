import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import pino from 'pino';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MediasoupEngine } from '../vision/src/live/mediasoup/mediasoup-engine.ts';
import { MediasoupHost } from '../vision/src/live/mediasoup/mediasoup-host.ts';
import { RtpIngest } from '../vision/src/live/rtp-ingest.ts';
import { requireMediasoupWorker } from '../vision/src/testing/mediasoup-worker.ts';
import { launchBrowser } from './support/browser.ts';
import { until } from './support/until.ts';

/** Like the dashboard's client (whep.ts): an ordinary offer of the browser, posted once. */
const VIEWER = `<!doctype html><body><script>
window.views = [];
window.watch = async (without) => {
  const peer = new RTCPeerConnection();
  const video = document.createElement('video');
  Object.assign(video, { muted: true, autoplay: true, playsInline: true });
  document.body.append(video);
  peer.ontrack = ({ streams, track }) => { video.srcObject = streams[0] ?? new MediaStream([track]); };
  peer.addTransceiver('video', { direction: 'recvonly' });
  await peer.setLocalDescription(await peer.createOffer());
  const answer = await fetch('/whep', { method: 'POST', body: peer.localDescription.sdp });
  if (!answer.ok) throw new Error(await answer.text());
  const session = answer.headers.get('location');
  const lines = (await answer.text()).split('\\r\\n');
  const kept = lines.filter((line) => !line.startsWith('a=candidate:') || !line.includes(' ' + without + ' '));
  await peer.setRemoteDescription({ type: 'answer', sdp: kept.join('\\r\\n') });
  return window.views.push({ peer, video, session }) - 1;
};
window.look = async (index) => {
  const { peer, video, session } = window.views[index];
  const stats = [...(await peer.getStats()).values()];
  const inbound = stats.find(({ type, kind }) => type === 'inbound-rtp' && kind === 'video');
  const codec = stats.find(({ id }) => id === inbound?.codecId);
  const pair = stats.find(({ type, nominated }) => type === 'candidate-pair' && nominated);
  const remote = stats.find(({ id }) => id === pair?.remoteCandidateId);
  return {
    session, state: peer.connectionState, protocol: remote?.protocol ?? null, width: video.videoWidth,
    decoded: inbound?.framesDecoded ?? 0, mimeType: codec?.mimeType ?? null,
    payloadType: codec?.payloadType ?? null, offer: peer.localDescription.sdp,
  };
};
</script></body>`;

interface Seen {
  session: string;
  state: string;
  protocol: string | null;
  width: number;
  decoded: number;
  mimeType: string | null;
  payloadType: number | null;
  offer: string;
}

const found = await requireMediasoupWorker();

/** The engine alone, with a source that ffmpeg makes, seen by a real browser. */
describe('live view by mediasoup', () => {
  let ingest: RtpIngest;
  let host: MediasoupHost;
  let engine: MediasoupEngine;
  let source: ChildProcess;
  let server: Server;
  let browser: Browser;
  let page: Page;
  let opened = 0;

  beforeEach(({ skip }) => {
    if ('reason' in found) skip(`not run here: ${found.reason}`);
  });
  beforeAll(async () => {
    if ('reason' in found) return;
    ingest = await RtpIngest.open(() => {});
    host = new MediasoupHost({ env: process.env, log: pino({ level: 'silent' }) });
    engine = new MediasoupEngine(host, {
      bind: '127.0.0.1',
      ports: null,
      announced: [],
      tcp: true,
      log: pino({ level: 'silent' }),
    });
    source = startSource(ingest.port);
    server = createServer((request, response) => {
      if (request.method !== 'POST') {
        response.writeHead(200, { 'content-type': 'text/html' }).end(VIEWER);
        return;
      }
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        opened += 1;
        const session = `session-${opened}`;
        engine.open('gate', ingest, session, Buffer.concat(chunks).toString()).then(
          ({ answer }) => response.writeHead(201, { location: session }).end(answer),
          (error: Error) => response.writeHead(500).end(error.message),
        );
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    browser = await launchBrowser();
    page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
    source?.kill('SIGKILL');
    await engine?.close();
    ingest?.close();
  });

  /** @param without a protocol by which the page is not to reach the worker. */
  const watch = (without = '') => page.evaluate<number>(`window.watch('${without}')`);
  const look = (index: number) => page.evaluate<Seen>(`window.look(${index})`);
  const decodes = async (index: number, more = 10) => {
    const before = (await look(index)).decoded;
    return until(`${more} more frames of view ${index}`, async () => {
      const seen = await look(index);
      return seen.decoded >= before + more ? seen : undefined;
    });
  };

  it('two viewers decode the camera with the payload type of their offer, and packets go in once', async () => {
    const [first, second] = [await watch(), await watch()];
    const seen = await decodes(first);
    expect(seen).toMatchObject({ state: 'connected', width: 320, mimeType: 'video/H264' });
    expect(seen.offer).toContain(`a=rtpmap:${seen.payloadType} H264/90000`);
    await decodes(second);
    expect(engine.viewers).toBe(2);
    expect(ingest.receivers).toBe(1);
  });

  it('a camera that restarts goes on in the same view', async () => {
    source.kill('SIGKILL');
    ingest.restart();
    source = startSource(ingest.port);
    expect((await decodes(0, 20)).state).toBe('connected');
  });

  it('a view that is ended gets no further picture; the others go on', async () => {
    const { session } = await look(1);
    expect(engine.end(session)).toBe(true);
    expect(engine.has(session)).toBe(false);
    const { decoded } = await look(1);
    await decodes(0, 30);
    // What was on its way when it ended.
    expect((await look(1)).decoded).toBeLessThanOrEqual(decoded + 5);
    expect(ingest.receivers).toBe(1);
  });

  it('a worker that is killed is there again within 2 s, and a new view of the same page decodes', async () => {
    const { session } = await look(0);
    const pid = host.pid;
    expect(pid).toBeGreaterThan(0);
    const killed = performance.now();
    process.kill(pid as number, 'SIGKILL');
    await until('another worker', async () => host.pid !== undefined && host.pid !== pid);
    expect(performance.now() - killed).toBeLessThan(2_000);
    expect(engine.has(session)).toBe(false);
    await decodes(await watch());
    expect(engine.viewers).toBe(1);
    expect(ingest.receivers).toBe(1);
  });

  it('a view whose UDP is blocked comes by TCP', async () => {
    const before = engine.viewers;
    const seen = await decodes(await watch('udp'));
    expect(seen).toMatchObject({ state: 'connected', protocol: 'tcp' });
    expect((await decodes(await watch())).protocol).toBe('udp');
    expect(engine.viewers).toBe(before + 2);
  });

  it('addresses that an offer names are not tried, such as those of other machines of the plant', async () => {
    const other = createSocket('udp4');
    const port = createTcpServer();
    const heard: string[] = [];
    other.on('message', () => heard.push('udp'));
    port.on('connection', () => heard.push('tcp'));
    await new Promise<void>((resolve) => other.bind(0, '127.0.0.1', resolve));
    await new Promise<void>((resolve) => port.listen(0, '127.0.0.1', resolve));
    const [udp, tcp] = [other.address().port, (port.address() as AddressInfo).port];
    const { offer } = await look(0);
    const foreign = [
      `a=candidate:1 1 udp 2122260223 127.0.0.1 ${udp} typ host generation 0`,
      `a=candidate:2 1 tcp 1518280447 127.0.0.1 ${tcp} typ host tcptype passive`,
      `a=candidate:3 1 udp 41885439 127.0.0.1 ${udp} typ relay raddr 0.0.0.0 rport 0`,
    ];
    const { answer } = await engine.open(
      'gate',
      ingest,
      'foreign',
      `${offer.trimEnd()}\r\n${foreign.join('\r\n')}\r\n`,
    );
    for (const each of [udp, tcp]) expect(answer).not.toContain(` ${each} typ`);
    // An ICE agent that checks begins within 50 ms; the views of the page go on meanwhile.
    await decodes((await page.evaluate<number>('window.views.length')) - 1, 15);
    expect(heard).toEqual([]);
    expect(engine.end('foreign')).toBe(true);
    other.close();
    port.close();
  });

  it('an offer without H.264 is refused, and leaves nothing', async () => {
    const { offer } = await look(0);
    const other = offer.replaceAll('H264', 'VP9');
    await expect(engine.open('gate', ingest, 'none', other)).rejects.toMatchObject({ status: 415 });
    const bare = offer.replaceAll(/^a=fingerprint.*\r\n/gm, '');
    await expect(engine.open('gate', ingest, 'none', bare)).rejects.toMatchObject({ status: 400 });
    expect(engine.has('none')).toBe(false);
  });
});

/** H.264 as a camera sends it, with a key frame each second. */
function startSource(port: number): ChildProcess {
  const input = ['-re', '-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=15'];
  const codec = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '15'];
  const output = ['-bsf:v', 'dump_extra=freq=keyframe', '-f', 'rtp', '-payload_type', '96'];
  const url = `rtp://127.0.0.1:${port}?rtcpport=${port}&pkt_size=1200`;
  const quiet = ['-loglevel', 'error', '-nostdin'];
  return spawn('ffmpeg', [...quiet, ...input, ...codec, '-pix_fmt', 'yuv420p', ...output, url], {
    stdio: 'ignore',
  });
}
