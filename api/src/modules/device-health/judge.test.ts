import type { CameraHealth } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import { cameraHealth } from '../../testing/camera-health.ts';
import { cameraFaults, compare, type Judged, workerFault } from './judge.ts';

const NOW = Date.UTC(2026, 10, 27, 10);
const health = cameraHealth({ camera: 'gate', at: new Date(NOW).toISOString() });
const options = { delaySeconds: 5, isDelayed: false };
const faultNames = (of: CameraHealth | null, more: Partial<typeof options> = {}) =>
  cameraFaults(of, null, { ...options, ...more })?.map(({ fault, cause }) =>
    [fault, cause].filter(Boolean).join(' '),
  ) ?? null;

describe('a worker', () => {
  const known = { online: true, cameras: 2, heardAt: NOW, problem: null };
  it('is away within 15 s of its last word, or where the broker says so', () => {
    const long = NOW - 3_600_000;
    expect(workerFault(known, long, NOW + 9_000)).toBeNull();
    expect(workerFault(known, long, NOW + 11_000)).toMatchObject({ cause: 'silent', begunAt: NOW });
    const gone = workerFault({ ...known, online: false }, long, NOW + 1_000);
    expect(gone).toMatchObject({ cause: 'worker-offline', begunAt: NOW });
    // Without cameras it says something every ten seconds only.
    expect(workerFault({ ...known, cameras: 0 }, long, NOW + 20_000)).toBeNull();
  });

  it('is not judged by the silence of a broker that is away, or was until now', () => {
    expect(workerFault(known, null, NOW + 60_000)).toBeUndefined();
    expect(workerFault(known, NOW + 58_000, NOW + 60_000)).toBeNull();
  });
});

describe('a camera', () => {
  it.each([
    ['is well', {}, []],
    ['is disabled', { state: 'disabled' }, []],
    ['is being connected: nothing can be said', { state: 'connecting' }, null],
    [
      'gives no picture',
      { state: 'fault', fault: { code: 'stalled', message: 'x', since: health.at } },
      ['offline stalled'],
    ],
    ['is late', { delayMs: 5_100 }, ['delayed']],
    [
      'has lost its first network',
      {
        address: { inUse: 'second', lost: { code: 'unreachable', message: 'x', since: health.at } },
      },
      ['network unreachable'],
    ],
    ['has two addresses and uses the first', { address: { inUse: 'first', lost: null } }, []],
    ['shows nothing of use', { scene: [{ fault: 'black', since: health.at }] }, ['black']],
  ] as const)('%s', (_, change, expected) => {
    expect(faultNames({ ...health, ...change } as CameraHealth)).toEqual(expected);
  });

  it('whose worker is away says so, and not what it said last', () => {
    const away = { fault: 'offline', cause: 'silent', message: null, begunAt: NOW } as const;
    expect(cameraFaults(health, away, options)).toMatchObject([{ cause: 'worker-offline' }]);
    expect(cameraFaults(health, undefined, options)).toBeNull();
    expect(faultNames(null)).toEqual([]);
  });

  it('is late until its delay is half of the limit', () => {
    const late = { ...health, delayMs: 3_000 };
    expect(faultNames(late)).toEqual([]);
    expect(faultNames(late, { isDelayed: true })).toEqual(['delayed']);
    expect(faultNames({ ...health, delayMs: 2_400 }, { isDelayed: true })).toEqual([]);
  });
});

describe('the record', () => {
  const device = (faults: Judged['faults']): Judged => ({
    kind: 'camera',
    subject: 'gate',
    worker: 'worker-1',
    faults,
  });
  const fault = (name: 'offline' | 'black' | 'delayed', cause: string | null = null) => ({
    fault: name,
    cause,
    message: null,
    begunAt: NOW,
  });
  const open = (name: 'offline' | 'black' | 'delayed', cause: string | null = null) => ({
    id: name,
    kind: 'camera' as const,
    subject: 'gate',
    fault: name,
    cause,
  });
  const names = ({ begin, change, end }: ReturnType<typeof compare>) => ({
    begin: begin.map((one) => one.fault.fault),
    change: change.map(({ id }) => id),
    end: end.map(({ id }) => id),
  });

  it('begins and ends an outage once', () => {
    const first = compare([device([fault('offline')])], []);
    expect(names(first)).toEqual({ begin: ['offline'], change: [], end: [] });
    const same = compare([device([fault('offline')])], [open('offline')]);
    expect(names(same)).toEqual({ begin: [], change: [], end: [] });
    expect(names(compare([device([])], [open('offline')])).end).toEqual(['offline']);
  });

  it('takes another reason, and leaves what cannot be told', () => {
    const other = compare([device([fault('offline', 'stalled')])], [open('offline', 'ended')]);
    expect(names(other)).toEqual({ begin: [], change: ['offline'], end: [] });
    expect(names(compare([device(null)], [open('offline')])).end).toEqual([]);
    // Another device says nothing about this one.
    expect(names(compare([], [open('offline')])).end).toEqual([]);
  });

  it('keeps a covered lens open while no pictures come', () => {
    const both = [open('black'), open('delayed')];
    const off = compare([device([fault('offline')])], both);
    expect(names(off)).toEqual({ begin: ['offline'], change: [], end: ['delayed'] });
  });
});
