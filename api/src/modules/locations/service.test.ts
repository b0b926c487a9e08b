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
  const waiting: (() => void)[] = [];
  const store = async (_tx: unknown, received: readonly Received[]) => {
    const locations = received.map(({ location }) => location);
    await new Promise<void>((resolve) => waiting.push(resolve));
    if (locations.some(({ provider_id }) => provider_id.includes('\u0000'))) {
      throw Object.assign(new Error('invalid byte sequence'), { code: '22021' });
    }
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
    metrics: createMetrics(),
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
  return { service, stored, waiting, flow };
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
