import { afterEach, expect, it, vi } from 'vitest';
import {
  type LlrpReader,
  type LlrpReaderOptions,
  startLlrpReader,
} from '../testing/llrp-reader.ts';
import { openLlrp } from './client.ts';
import { addressOf } from './config.ts';
import { LONGEST } from './frame.ts';

const EPC = 'A00000000000000000001234';
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});
const wait = (check: () => void) => vi.waitFor(check, { timeout: 15_000, interval: 10 });

/** A client of a simulated reader, with what it told. */
async function follow(
  options: LlrpReaderOptions & { antennas?: number[]; keepaliveMs?: number; answerMs?: number },
) {
  const reader = await startLlrpReader(options);
  const { antennas = [], keepaliveMs = 10_000, answerMs = 10_000 } = options;
  const states: (string | null)[] = [];
  const reads: number[] = [];
  const off: (number | null)[] = [];
  const config = { reader: 'gate', secret: 'a-secret-of-a-reader', url: reader.url, antennas };
  const client = openLlrp({
    ...addressOf(config),
    antennas,
    onRead: (_, at) => reads.push(at),
    onState: (fault) => states.push(fault),
    onClockOff: (ms) => off.push(ms),
    keepaliveMs,
    answerMs,
    firstWaitMs: 20,
  });
  open.push(reader, client);
  const reading = () => wait(() => expect([states.at(-1), reader.reading]).toEqual([null, true]));
  return { reader, states, reads, off, reading };
}
const seen = (reader: LlrpReader, at: number) => reader.report([{ epc: EPC, antenna: 1, at }]);

it('a reader that has LLRP 1.1 is spoken to in it, one that ends the connection over the question is not asked again', async () => {
  const newer = await follow({ version: 2 });
  await newer.reading();
  expect(newer.reader.asked.slice(0, 2)).toEqual(['GET_SUPPORTED_VERSION', 'SET_PROTOCOL_VERSION']);
  expect([...newer.reader.versions]).toEqual([2]);
  seen(newer.reader, Date.now());
  await wait(() => expect(newer.reads).toHaveLength(1));

  const odd = await follow({});
  await odd.reading();
  odd.reader.ignore('GET_SUPPORTED_VERSION', 'end');
  odd.reader.drop();
  await wait(() => expect(odd.states).toHaveLength(4));
  await odd.reading();
  const questions = odd.reader.asked.filter((one) => one === 'GET_SUPPORTED_VERSION');
  expect(questions).toHaveLength(2);
});

it('reads of a clock that is off, and of one that counts from its start, have our time', async () => {
  const year = 365 * 86_400_000;
  const [late, counting] = await Promise.all([
    follow({ clock: -50 * year }),
    follow({ clock: 'uptime' }),
  ]);
  for (const { reading, reader, reads } of [late, counting]) {
    await reading();
    const at = Date.now() - 30_000;
    seen(reader, at);
    await wait(() => expect(reads).toHaveLength(1));
    expect(Math.abs((reads[0] ?? 0) - at)).toBeLessThan(3_000);
  }
  expect(late.off).toHaveLength(1);
  expect((late.off[0] ?? 0) / year).toBeCloseTo(-50, 3);
  expect(counting.off).toEqual([]);
});

it('a reader that gives no sign of life, answers nothing or lacks an antenna is told in words', async () => {
  const silent = await follow({ keepaliveMs: 100 });
  await wait(() => expect(silent.states).toContain('the reader gives no sign of life'));
  // The client reconnects each time.
  await wait(() => expect(silent.states.filter((one) => one === null).length).toBeGreaterThan(1));

  const mute = await follow({ answerMs: 200 });
  await mute.reading();
  mute.reader.ignore('ADD_ROSPEC', 'silence');
  mute.reader.drop();
  await wait(() => expect(mute.states).toContain('the reader does not answer ADD_ROSPEC'));
  await mute.reading();

  const small = await follow({ antennas: [1, 5] });
  await wait(() => expect(small.states[0]).toBe('the reader has 4 antennas, and 5 is configured'));
});

it('frames that are too long, cut off, of another version or garbage end that connection alone, and each is told', async () => {
  const [bad, good] = await Promise.all([follow({}), follow({})]);
  await Promise.all([bad.reading(), good.reading()]);
  const header = (word: string, length: number) =>
    Buffer.from(`${word}${length.toString(16).padStart(8, '0')}00000001`, 'hex');
  const frames: [Buffer, string][] = [
    [header('043d', LONGEST + 1), `a message says that it is ${LONGEST + 1} bytes long`],
    [header('043d', 9), 'a message says that it is 9 bytes long'],
    [header('0c3d', 10), 'version 3 is not known'],
    [Buffer.from('GET / HTTP/1.1\r\nHost: reader\r\n\r\n'), 'bytes long'],
    // A parameter that is longer than its message, and a parameter of an unknown type.
    [Buffer.concat([header('043d', 14), Buffer.from('00f000ff', 'hex')]), 'parameter 240 says'],
    [Buffer.concat([header('043d', 15), Buffer.from('00f00005ff', 'hex')]), 'parameter 127 is not'],
  ];
  for (const [frame, fault] of frames) {
    const before = bad.states.length;
    bad.reader.write(frame);
    await wait(() => expect(bad.states.length).toBeGreaterThan(before));
    expect(bad.states[before]).toContain('the reader sends what is no LLRP: ');
    expect(bad.states[before]).toContain(fault);
    await bad.reading();
  }
  seen(bad.reader, Date.now());
  seen(good.reader, Date.now());
  await wait(() => expect([bad.reads.length, good.reads.length]).toEqual([1, 1]));
  expect(good.states).toEqual([null]);
});
