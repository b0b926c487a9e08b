import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type IncidentSite,
  instantOf as instant,
  openIncidentSite,
} from '../../testing/incidents.ts';
import type { RunningApi } from '../../testing/site.ts';
import type { TestWorker } from '../../testing/worker.ts';

let world: IncidentSite;
let api: RunningApi;
let west: TestWorker;
let east: TestWorker;

beforeAll(async () => {
  world = await openIncidentSite();
  ({ api, west, east } = world);
});
afterAll(() => world?.stop());

const hour = () => world.hour();
const see: IncidentSite['see'] = (...given) => world.see(...given);
const list: IncidentSite['list'] = (query) => world.list(query);
const incidentOf: IncidentSite['incidentOf'] = (finding) => world.incidentOf(finding);
const post: IncidentSite['post'] = (...given) => world.post(...given);
const done: IncidentSite['done'] = (answer) => world.done(answer);

describe('the list', () => {
  it('filters by rule, camera, severity and time, and counts what waits', async () => {
    const start = hour();
    const one = await see(west, start, 'a', { severity: 'low' });
    await see(east, start, 'x', { rule: 'running', severity: 'high' });
    const span = `from=${instant(start)}&to=${instant(start + 60_000)}`;
    expect((await list(span)).items).toHaveLength(2);
    for (const filter of [
      'rule=missing-ppe',
      'rule=missing-ppe/helmet',
      'camera=hall-west',
      'severity=low,medium',
    ]) {
      expect((await list(`${span}&${filter}`)).items.map(({ id }) => id)).toEqual([one.id]);
    }
    const { counts, items } = await list(`${span}&limit=1&order=oldest`);
    expect(items).toHaveLength(1);
    expect(counts?.pending).toBeGreaterThanOrEqual(2);
  });
});

describe('what came since', () => {
  it('is listed and counted by when it was recorded, not by when it started', async () => {
    const before = await see(west, hour(), 'a');
    await new Promise((resolve) => setTimeout(resolve, 5));
    const since = new Date().toISOString();
    // It began hours before, and arrived after the look.
    const late = await see(west, hour() - 40 * 3_600_000, 'late');
    const decided = await see(west, hour(), 'b');
    await done(
      post((await incidentOf(decided.id)).id, 'verdict', { decision: 'confirm', version: 1 }),
    );
    const shown = await list(`status=pending&openedFrom=${since}`);
    expect(shown.items.map(({ id }) => id)).toEqual([late.id]);
    expect(shown.items.map(({ id }) => id)).not.toContain(before.id);
    expect(shown.counts).toMatchObject({ opened: 1 });
    expect(shown.counts?.pending).toBeGreaterThan(1);
    expect((await list('status=pending')).counts).not.toHaveProperty('opened');
  });

  it('is kept with the account of the one who looked, and of no other', async () => {
    const at = '2026-11-25T06:20:00.000Z';
    const put = await api.send('operator', 'PUT', '/me/settings/review-look', {
      value: { at },
      version: 0,
    });
    expect(put.status).toBe(200);
    const read = (user: string) =>
      api.send<{ value: { at: string } }>(user, 'GET', '/me/settings/review-look');
    expect((await read('operator')).body.value).toEqual({ at });
    expect((await read('safety')).status).toBe(404);
    const wrong = { value: { at: 'just now' }, version: 1 };
    expect((await api.send('operator', 'PUT', '/me/settings/review-look', wrong)).status).toBe(422);
  });
});
