import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type CutProxy, openCutProxy } from '@anshi/contracts/testing/cut-proxy';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { resolveSource } from '../../capture/source.ts';
import { makeClips, type TestClips } from '../../testing/clips.ts';
import { keyFrame, otherFrame, rtp } from '../../testing/rtp-packets.ts';
import { startSimulator, type TestSimulator } from '../../testing/simulator.ts';
import { createWakes } from '../../testing/wakes.ts';
import { SmallStream } from './small-stream.ts';
import { SubstreamSlots } from './substream-slots.ts';

const PASSWORD = 'secret-of-the-small-one';
const LONG = { timeout: 60_000 };
/** Marks the packets of the main stream. */
const MAIN = 0xabcd;
const POLLING = { timeout: 20_000, interval: 50 };

let clips: TestClips;
let simulator: TestSimulator;

beforeAll(async () => {
  [clips, simulator] = await Promise.all([makeClips(), startSimulator()]);
  const login = { username: 'viewer', password: PASSWORD };
  await simulator.mount('gate-small', { file: clips.h264, ...login });
  await simulator.mount('gate-hevc', { file: clips.hevc, ...login });
});
afterAll(async () => {
  await simulator?.close();
  await clips?.remove();
});

/** The main stream of a camera: a key frame each 200 ms, 20 packets a second. */
function mainStream() {
  const receivers = new Set<(packet: Buffer) => void>();
  let sequence = 0;
  const timer = setInterval(() => {
    sequence += 1;
    const payload = Buffer.concat([
      sequence % 4 === 0 ? keyFrame.begins : otherFrame,
      Buffer.from([MAIN >> 8, MAIN & 0xff]),
    ]);
    const packet = rtp({ at: sequence * 4_500, payload, sequence });
    for (const receive of receivers) receive(packet);
  }, 50);
  onTestFinished(() => clearInterval(timer));
  return {
    receivers,
    subscribe(receiver: (packet: Buffer) => void) {
      receivers.add(receiver);
      return () => receivers.delete(receiver);
    },
  };
}

const isMain = (packet: Buffer) =>
  packet.length > 16 - 1 && packet.readUInt16BE(packet.length - 2) === MAIN;

interface Options {
  mount?: string;
  slots?: SubstreamSlots;
}

/** A small stream whose connections to the camera a test counts and cuts. */
async function openSmall({ mount = 'gate-small', slots = new SubstreamSlots(4) }: Options = {}) {
  const { until, wake } = createWakes();
  const proxy: CutProxy = await openCutProxy(simulator.rtspPort);
  const main = mainStream();
  const states: string[] = [];
  const url = `rtsp://viewer:\${ANSHI_CAMERA_GATE}@127.0.0.1:${proxy.port}/${mount}`;
  const small: SmallStream = new SmallStream(main, {
    isMainPlayable: () => true,
    source: () => resolveSource({ id: 'gate', url }, { ANSHI_CAMERA_GATE: PASSWORD }, '/'),
    transport: 'tcp',
    stallSeconds: 4,
    slots,
    log: pino({ level: 'silent' }),
    onChange: () => {
      const { state, reason } = small.state;
      states.push(reason === null ? state : `${state}: ${reason}`);
      wake();
    },
  });
  onTestFinished(async () => {
    await small.close();
    await proxy.close();
  });
  const packets: Buffer[] = [];
  const watch = () =>
    small.subscribe((packet) => {
      packets.push(Buffer.from(packet));
      wake();
    });
  const more = async (of: (packet: Buffer) => boolean, count = 3) => {
    const before = packets.length;
    await until(() => packets.slice(before).filter(of).length >= count || undefined);
  };
  const is = (state: string) => until(() => small.state.state === state || undefined);
  return { small, proxy, main, states, packets, watch, more, is };
}

const run = promisify(execFile);

test(
  'the substream is pulled from the first viewer to the last, over one connection',
  LONG,
  async () => {
    const { proxy, main, small, watch, more, is, packets } = await openSmall();
    expect([small.state.state, proxy.open, main.receivers.size]).toEqual(['idle', 0, 0]);

    const first = watch();
    await is('live');
    await more((packet) => !isMain(packet), 30);
    // Before the substream was there the main stream served.
    expect(isMain(packets[0]!)).toBe(true);
    const second = watch();
    await more((packet) => !isMain(packet), 30);
    expect(proxy.open).toBe(1);
    const { stdout } = await run('ps', ['axww', '-o', 'command=']);
    expect(stdout).toContain('connect=1');
    expect(stdout).not.toContain(PASSWORD);

    first();
    await more((packet) => !isMain(packet), 10);
    expect(proxy.open).toBe(1);
    second();
    expect(small.state.state).toBe('idle');
    await expect.poll(() => proxy.open, POLLING).toBe(0);
    expect(main.receivers.size).toBe(0);

    // And again.
    watch();
    await is('live');
    expect(proxy.open).toBe(1);
  },
);

test(
  'where it fails the main stream serves and says why; it comes back by itself, and viewers get one stream',
  LONG,
  async () => {
    const { proxy, small, watch, more, is, packets } = await openSmall();
    watch();
    await is('live');
    await more((packet) => !isMain(packet), 10);
    proxy.cut();
    await is('failed');
    expect(small.state.reason).not.toBeNull();
    expect(small.state.reason).not.toContain(PASSWORD);
    await more(isMain, 10);
    proxy.mend();
    await is('live');
    await more((packet) => !isMain(packet), 10);

    // Silence of an open connection is a failure, too.
    proxy.silence();
    await is('failed');
    await more(isMain, 10);

    const numbers = packets.map((packet) => packet.readUInt16BE(2));
    expect(numbers.slice(1).every((n, i) => n === ((numbers[i]! + 1) & 0xffff))).toBe(true);
    // Each change is at the beginning of a key frame.
    const changes = packets.filter(
      (packet, n) => n > 0 && isMain(packet) !== isMain(packets[n - 1]!),
    );
    expect(changes.length).toBeGreaterThanOrEqual(4);
    for (const packet of changes) {
      const type = packet[12]! & 0x1f;
      expect([5, 7, 24, 28]).toContain(type);
      if (type === 28) expect(packet[13]! & 0x80).toBe(0x80);
    }
  },
);

test(
  'a substream of H.265 is not sent: the main stream serves, and what to do is said',
  LONG,
  async () => {
    const { small, watch, more, is } = await openSmall({ mount: 'gate-hevc' });
    watch();
    await is('failed');
    expect(small.state.reason).toContain('H.265');
    expect(small.state.reason).toContain('H.264');
    await more(isMain, 10);
  },
);

test(
  'no more substreams are pulled than the setting says; the main stream serves',
  LONG,
  async () => {
    const slots = new SubstreamSlots(1);
    const one = await openSmall({ slots });
    const two = await openSmall({ slots });
    const leave = one.watch();
    await one.is('live');
    two.watch();
    await two.is('failed');
    expect(two.small.state.reason).toContain('ANSHI_LIVE_SUBSTREAMS');
    await two.more(isMain, 10);
    expect(two.proxy.open).toBe(0);
    leave();
    await two.is('live');
  },
);
