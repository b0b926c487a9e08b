import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { incidentOf } from '../../../test/incident.ts';
import { Desk } from './desk.svelte.ts';

let asked: { path: string; body: unknown }[];
let answer: () => object;
let desk: Desk;
const alarmOf = (number: number, cameras: string[]) => ({
  incident: incidentOf(number, { cameras }),
  acknowledged: null,
});

beforeEach(() => {
  asked = [];
  vi.stubGlobal(
    'fetch',
    vi.fn(async (request: Request) => {
      asked.push({
        path: new URL(request.url).pathname + new URL(request.url).search,
        body: request.method === 'POST' ? await request.json() : null,
      });
      return Response.json(answer());
    }),
  );
  answer = () => ({
    items: [alarmOf(1, ['west']), alarmOf(2, ['east', 'gate'])],
    total: 31,
    cameras: ['west', 'east', 'gate', 'roof'],
  });
  desk = new Desk();
});
afterEach(() => vi.unstubAllGlobals());

it('knows which cameras ring, and how many alarms there are beyond those that are shown', async () => {
  await desk.load();
  expect(desk.total).toBe(31);
  expect(['west', 'yard', 'roof'].filter((id) => desk.rings(id))).toEqual(['west', 'roof']);
});

it('does not fall silent because the server is away', async () => {
  await desk.load();
  answer = () => {
    throw new TypeError('fetch failed');
  };
  await desk.load();
  expect(desk.items).toHaveLength(2);
  expect(desk.rings('west')).toBe(true);
});

it('acknowledges at the severity that is shown, and shows what is left', async () => {
  await desk.load();
  const [first] = desk.items;
  answer = () => ({ items: [], total: 0, cameras: [] });
  if (first) await desk.acknowledge([first]);
  const sent = asked.find(({ body }) => body !== null);
  expect(sent).toMatchObject({
    path: '/api/v1/desk-alarms/acknowledgements',
    body: { alarms: [{ incident: first?.incident.id, severity: first?.incident.severity }] },
  });
  expect([desk.items, desk.total]).toEqual([[], 0]);
});

it('is not starved by changes that come quicker than answers: the last one is asked for once more', async () => {
  const waiting: (() => void)[] = [];
  vi.stubGlobal(
    'fetch',
    vi.fn(
      () =>
        new Promise((resolve) => {
          waiting.push(() => resolve(Response.json(answer())));
        }),
    ),
  );
  const loads = [desk.load(), desk.load(), desk.load(), desk.load()];
  await vi.waitFor(() => expect(waiting).toHaveLength(1));
  waiting[0]?.();
  await vi.waitFor(() => expect(waiting).toHaveLength(2));
  expect(desk.total).toBe(31);
  answer = () => ({ items: [], total: 0, cameras: [] });
  waiting[1]?.();
  await Promise.all(loads);
  expect(desk.total).toBe(0);
  expect(waiting).toHaveLength(2);
});
