import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CAMERA } from '../judge/scenes.ts';
import { RecordedError, readRecorded } from '../replay/read.ts';
import { filesOf } from './observation-files.ts';
import { ObservationLog, type ObservationLogOptions } from './observation-log.ts';

const HOUR = 3_600_000;
/** In the present hour, and not near its end. */
const START = Math.floor(Date.now() / HOUR) * HOUR + 1000;
const head = {
  camera: 'gate',
  worker: 'worker-1',
  model: { name: 'ppe', version: '1' },
  version: 1,
  config: { ...CAMERA, url: 'rtsp://user:secret@10.0.0.1/1' },
};

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'anshi-observations-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
async function opened(folder: string, more: Partial<ObservationLogOptions> = {}) {
  const log = await ObservationLog.open({
    folder,
    hours: 48,
    megabytes: 100,
    hasRoom: () => true,
    log: pino({ level: 'silent' }),
    ...more,
  });
  onTestFinished(() => log.close());
  log.of('gate').configured(head);
  return log;
}
const frame = (at: number) => ({ at, lag: 5, people: [], degraded: false });
const names = (folder: string) => readdirSync(join(folder, 'gate')).sort();
async function times(folder: string): Promise<{ at: number[]; torn: number; text: string }> {
  const left = { torn: 0 };
  const at: number[] = [];
  let text = '';
  for (const { path } of await filesOf(folder, 'gate')) {
    for await (const { item } of readRecorded(path, left)) {
      if (item.kind === 'frame') at.push(item.frame.at);
      text += JSON.stringify(item);
    }
  }
  return { at, torn: left.torn, text };
}

describe('recorded observations', () => {
  it('are read as they were written, over the files of two hours, without the address of the camera', async () => {
    const folder = newFolder();
    const log = await opened(folder);
    const told = new Map([
      [
        'press',
        [
          {
            state: { machine: 'press', state: 'running', at: '2026-01-05T00:00:00.000Z' },
            receivedAt: 1,
          },
        ],
      ],
    ] as const);
    const lane = log.of('gate');
    const wanted = [START - HOUR, START - HOUR + 200, START, START + 200];
    for (const at of wanted) lane.frame(frame(at), told as never);
    lane.frame(frame(START + 400), new Map());
    await log.flush();
    expect(names(folder)).toHaveLength(2);
    expect(names(folder)[0]).toMatch(/\.jsonl\.zst$/);
    const read = await times(folder);
    expect(read.at).toEqual([...wanted, START + 400]);
    expect(read.text).not.toContain('secret');
    // Each file begins with its configuration and the machines; one that went is said to be gone.
    expect(read.text.match(/"kind":"head"/g)).toHaveLength(2);
    expect(read.text.match(/"kind":"machine"/g)).toHaveLength(3);
  });

  it('lose the line that a kill tore, and count it', async () => {
    const folder = newFolder();
    const log = await opened(folder);
    log.of('gate').frame(frame(START), new Map());
    await log.flush();
    const [file] = await filesOf(folder, 'gate');
    appendFileSync(file!.path, '{"t":17676');
    expect(await times(folder)).toMatchObject({ at: [START], torn: 1 });
    const again = await opened(folder);
    again.of('gate').frame(frame(START + 400), new Map());
    await again.flush();
    expect(again.loss).toEqual({ dropped: 0, torn: 1 });
    expect(await times(folder)).toMatchObject({ at: [START, START + 400], torn: 0 });
  });

  it('go on after a kill while a file was packed', async () => {
    const folder = newFolder();
    const log = await opened(folder);
    log.of('gate').frame(frame(START), new Map());
    await log.flush();
    const [file] = await filesOf(folder, 'gate');
    writeFileSync(`${file!.path}.zst.part`, 'half');
    const again = await opened(folder);
    await again.flush();
    expect(names(folder)).toEqual([`${file!.path.split('/').at(-1)}.zst`]);
    expect((await times(folder)).at).toEqual([START]);
  });

  it('go after their hours, and the oldest first above their share of the disk', async () => {
    const folder = newFolder();
    mkdirSync(join(folder, 'gate'), { recursive: true });
    const name = (ago: number) =>
      `${new Date(START - ago * HOUR).toISOString().slice(0, 13)}.jsonl.zst`;
    for (const ago of [100, 40, 30, 20]) {
      const path = join(folder, 'gate', name(ago));
      writeFileSync(path, Buffer.alloc(400_000));
    }
    const log = await opened(folder, { megabytes: 1 });
    await log.flush();
    expect(names(folder)).toEqual([name(30), name(20)]);
  });

  it('stop while the disk has no room, and are counted', async () => {
    const folder = newFolder();
    let hasRoom = true;
    const log = await opened(folder, { hasRoom: () => hasRoom });
    const lane = log.of('gate');
    lane.frame(frame(START), new Map());
    hasRoom = false;
    lane.frame(frame(START + 200), new Map());
    hasRoom = true;
    lane.frame(frame(START + 400), new Map());
    await log.flush();
    expect((await times(folder)).at).toEqual([START, START + 400]);
    expect(log.loss.dropped).toBe(1);
  });

  it('are none where they are switched off, and those of before go', async () => {
    const folder = newFolder();
    mkdirSync(join(folder, 'gate'), { recursive: true });
    writeFileSync(join(folder, 'gate', '2026-01-01T00.jsonl.zst'), 'x');
    const log = await opened(folder, { hours: 0 });
    log.of('gate').frame(frame(START), new Map());
    await log.flush();
    expect(names(folder)).toEqual([]);
  });

  it('that are damaged in the middle are refused with their line', async () => {
    const folder = newFolder();
    const path = join(folder, 'a.jsonl');
    writeFileSync(path, '{"t":1}\n{"t":\n{"t":3}\n');
    const read = async (from: string) => {
      for await (const _ of readRecorded(from, { torn: 0 }));
    };
    await expect(read(path)).rejects.toThrow(RecordedError);
    await expect(read(path)).rejects.toThrow(`${path}:2: is no JSON`);
    writeFileSync(`${path}.zst`, 'no archive');
    await expect(read(`${path}.zst`)).rejects.toThrow(/is damaged after line 0/);
    await expect(read(join(folder, 'none.jsonl'))).rejects.toThrow(/there is no file/);
  });
});
