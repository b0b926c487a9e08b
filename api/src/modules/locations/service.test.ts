import type { Location } from '@anshi/contracts';
import pino from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Database } from '../../platform/db/database.ts';
import { createMetrics } from '../../platform/metrics.ts';
import type { Received } from './intake.ts';
import { createLocationsService } from './service.ts';

const fix = (badge: string): Location => ({
  position: { type: 'Point', coordinates: [1, 2] },
  source: 'hall',
  provider_type: 'uwb',
  provider_id: badge,
  trackables: [],
  timestamp_generated: '2026-11-25T09:00:00.000Z',
  crs: 'local',
});

/** Resolves writes when the test says so; PostgreSQL itself is covered by integration tests. */
function slowDatabase() {
  const stored: string[] = [];
  const doubles: string[] = [];
  const metrics = createMetrics();
  const waiting: (() => void)[] = [];
  const store = async (_tx: unknown, received: readonly Received[]) => {
    const locations = received.map(({ location }) => location);
    await new Promise<void>((resolve) => waiting.push(resolve));
    if (locations.some(({ provider_id }) => provider_id.includes('\u0000'))) {
      throw Object.assign(new Error('invalid byte sequence'), { code: '22021' });
    }
    doubles.push(
      ...received.filter((one) => one.isDouble).map(({ location }) => location.provider_id),
    );
    stored.push(...locations.map(({ provider_id }) => provider_id));
    return { stored: locations.length, isNews: false, says: false };
  };
  const database: Database = {
    transaction: (_actor, work) => work(undefined as never),
    ping: async () => {},
    close: async () => {},
  };
  const service = createLocationsService({
    arrived: () => {},
    database,
    metrics,
    log: pino({ level: 'silent' }),
    tenant: 'demo',
    store,
    stored: () => {},
    isOn: async () => true,
  });
  /** Resolves pending writes until none is left. */
  const flow = async () => {
    for (let i = 0; i < 20; i++) {
      waiting.shift()?.();
      await vi.advanceTimersByTimeAsync(300);
    }
  };
  return { service, stored, doubles, waiting, flow, metrics };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it('loses no fix that comes while the database is slow', async () => {
  const { service, stored, flow } = slowDatabase();
  for (const badge of ['a', 'b', 'c']) service.enqueue(fix(badge));
  await vi.advanceTimersByTimeAsync(300);
  service.enqueue(fix('d'));
  await vi.advanceTimersByTimeAsync(300);
  for (const badge of ['e', 'f', 'g', 'h']) service.enqueue(fix(badge));
  await flow();
  expect(stored).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']);
});

it('leaves out a fix that no table can hold, and writes the others', async () => {
  const { service, stored, flow } = slowDatabase();
  for (const badge of ['a', 'with a \u0000', 'b']) service.enqueue(fix(badge));
  await flow();
  service.enqueue(fix('c'));
  await flow();
  expect(stored).toEqual(['a', 'b', 'c']);
});

it('resolves once a fix is committed, or no table can hold it', async () => {
  const { service, waiting, flow } = slowDatabase();
  const over: string[] = [];
  for (const badge of ['a', 'with a \u0000']) {
    void service.enqueue(fix(badge)).then(() => over.push(badge));
  }
  await vi.advanceTimersByTimeAsync(300);
  expect([waiting.length, over]).toEqual([1, []]);
  await flow();
  expect(over).toEqual(['a', 'with a \u0000']);
});

it('what the broker delivers once more is no double, and what its sender sends twice is', async () => {
  const { service, stored, doubles, flow } = slowDatabase();
  void service.enqueue(fix('a'));
  await flow();
  const again = service.enqueue(fix('a'), true);
  await flow();
  await again;
  expect([stored, doubles]).toEqual([['a'], []]);
  void service.enqueue(fix('a'));
  await flow();
  expect(doubles).toEqual(['a']);
});

it('loses and counts the oldest while the database hangs, and not those that it is writing', async () => {
  const { service, stored, waiting, flow, metrics } = slowDatabase();
  const over: number[] = [];
  const send = (n: number) => void service.enqueue(fix(`badge-${n}`)).then(() => over.push(n));
  send(0);
  await vi.advanceTimersByTimeAsync(300);
  for (let n = 1; n < 21_000; n++) send(n);
  await vi.advanceTimersByTimeAsync(300);
  expect(waiting.length).toBe(1);
  // The oldest behind the one that is being written.
  expect(over.slice(0, 2)).toEqual([1, 2]);
  const { values } = await metrics.locations.get();
  const lost = values.find(({ labels }) => labels.result === 'lost')?.value ?? 0;
  expect(lost).toBe(over.length);
  expect(21_000 - lost).toBeLessThanOrEqual(20_500);
  for (let n = 0; n < 5; n++) await flow();
  expect(stored[0]).toBe('badge-0');
  expect(stored.length + lost).toBe(21_000);
});
