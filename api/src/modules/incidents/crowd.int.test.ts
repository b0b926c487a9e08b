import type { ViolationConfirmed } from '@anshi/contracts';
import { ulid } from 'ulid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type IncidentSite,
  idsOf,
  instantOf as instant,
  openIncidentSite,
} from '../../testing/incidents.ts';
import { until } from '../../testing/site.ts';
import { confirmedEvent, type TestWorker, testFile } from '../../testing/worker.ts';

/* A crowd in which each person breaks a rule: 200 findings of one frame, and some of another camera. */

let world: IncidentSite;

beforeAll(async () => {
  world = await openIncidentSite();
});
afterAll(() => world?.stop());

const PEOPLE = 200;
const ALONE = 20;
/** Ten rows of twenty people, metres apart. */
const APART = 1.2;
/** What a finding of the crowd may take, over what one takes that is alone. */
const COST = 6;
const PATIENCE_MS = 100_000;

/** A person of whom the disk of the worker has no picture. */
function finding(worker: TestWorker, camera: string, at: number, name: string, n: number) {
  const floor: [number, number] = [(n % 20) * APART, Math.floor(n / 20) * APART];
  return confirmedEvent(worker.name, testFile('image/jpeg'), {
    violation: ulid(),
    camera,
    startedAt: instant(at - 2_000),
    confirmedAt: instant(at),
    actor: name,
    tracks: [name],
    floor,
    path: Array.from({ length: 11 }, (_, step) => ({
      at: instant(at - 5_000 + 500 * step),
      floor,
      deviation: 0.1,
      nearest: APART,
    })),
    snapshot: null,
    snapshotMissing: { reason: 'disk-full', message: 'full' },
  });
}

/** Publishes all at once, as a worker does, and waits for each word of the API. @returns ms. */
async function deliver(worker: TestWorker, events: readonly ViolationConfirmed[]) {
  const began = performance.now();
  await Promise.all(events.map((event) => worker.publish(event)));
  const ids = new Set(events.map(({ id }) => id));
  const said = () => worker.heard.filter(({ id }) => ids.has(id));
  await until(() => said().length >= ids.size, 'the words on all of them', PATIENCE_MS);
  expect(said().filter(({ result }) => result !== 'committed')).toEqual([]);
  return performance.now() - began;
}

it('200 findings of one frame are as many incidents, in time, and those of another camera stay apart', async () => {
  const { west, east, hour, list, detailOf } = world;
  const alone = Array.from({ length: ALONE }, (_, n) =>
    finding(west, 'hall-west', hour() + 1_000, `alone-${n}`, n),
  );
  const lone = (await deliver(west, alone)) / ALONE;
  const at = hour() + 600_000;
  const crowd = Array.from({ length: PEOPLE }, (_, n) =>
    finding(west, 'hall-west', at, `w-${n}`, n),
  );
  const took = (await deliver(west, crowd)) / PEOPLE;
  console.log(`ms a finding: alone ${lone.toFixed(0)}, in the crowd ${took.toFixed(0)}`);
  expect(took).toBeLessThan(COST * lone);

  const others = Array.from({ length: 10 }, (_, n) =>
    finding(east, 'hall-east', at + 100, `e-${20 * n}`, 20 * n),
  );
  await deliver(east, others);
  const personOf = new Map([
    ...crowd.map(({ id }, n) => [id, n] as const),
    ...others.map(({ id }, n) => [id, 20 * n] as const),
  ]);
  const incidents = [];
  let next: string | null = '';
  while (next !== null) {
    const cursor: string = next === '' ? '' : `&cursor=${encodeURIComponent(next)}`;
    const range = `from=${instant(at - 60_000)}&to=${instant(at + 60_000)}&limit=100${cursor}`;
    const page = (await list(range)) as Awaited<ReturnType<typeof list>> & { next: string | null };
    incidents.push(...page.items);
    next = page.next;
  }
  // One of the crowd has itself alone, or is with the same person as the other camera saw them.
  const many = incidents.filter(({ findings }) => findings > 1);
  const members = await Promise.all(many.map(async ({ id }) => idsOf(await detailOf(id))));
  const wrong = members.filter((ids) => new Set(ids.map((id) => personOf.get(id))).size > 1);
  expect(wrong).toEqual([]);
  expect(incidents.reduce((sum, { findings }) => sum + findings, 0)).toBe(personOf.size);
  expect(incidents.length).toBeGreaterThanOrEqual(PEOPLE);
});
