import { cleanup, render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Camera, IncidentDetail } from '$lib/api/types.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { live } from '$lib/live/live.svelte.ts';
import { plant } from '$lib/plant/plant.svelte.ts';
import { session } from '$lib/session/session.svelte.ts';
import { incidentDetailOf } from '../../../test/incident.ts';
import { incidentPageProps, signInWith, stubResizeObserver } from '../../../test/incident-page.ts';
import { violationOf } from '../../../test/violation.ts';
import IncidentView from './IncidentView.svelte';

let incident: IncidentDetail;
let asked: { path: string; body: unknown }[];
let changed: IncidentDetail[];
/** Answers to come for the chain of an incident, by its id, and for the outages; at once where there is none. */
let answers: Map<string, Promise<Response>>;
let chainsRead: string[];
/** Of the cameras, as the health of devices has them. */
let outages: object[];
const text = (en: string) => ({ zh: `中${en}`, en });
const hazard = {
  kind: 'open-hazard',
  id: 'h1',
  part: 'before',
  at: '2026-01-01T08:00:00Z',
  until: null,
  title: text('Open hazard: guard'),
  detail: text('overdue'),
  tone: 'warn',
  link: '/hazards/h1',
};
const chain = {
  incident: '01J00000000000000000000000',
  startedAt: '2026-01-01T09:00:00Z',
  endedAt: '2026-01-01T09:00:05Z',
  kinds: [
    { kind: 'open-hazard', name: text('Open hazards'), part: 'before', more: false },
    { kind: 'gate', name: text('Gates'), part: 'during', more: false },
  ],
  items: [hazard],
};

const scene = {
  incident: chain.incident,
  from: chain.startedAt,
  to: chain.endedAt,
  areas: [],
  acts: [],
  machines: [],
  cameras: [],
  near: null,
  vehicles: null,
  moreVehicles: false,
  more: false,
};

beforeEach(() => {
  i18n.set('en');
  asked = [];
  changed = [];
  answers = new Map();
  chainsRead = [];
  outages = [];
  plant.cameras = ['hall-west', 'hall-east'].map((id) => ({
    id,
    name: text(id),
  })) as unknown as Camera[];
  incident = incidentDetailOf(10, [
    violationOf(10),
    violationOf(14, { rule: 'running', item: null, camera: 'hall-east' }),
  ]);
  stubResizeObserver();
  vi.stubGlobal('fetch', async (request: Request) => {
    const { pathname } = new URL(request.url, location.href);
    if (pathname === '/api/v1/device-outages') {
      return (
        (await answers.get('outages')) ?? Response.json({ items: outages, next: null, open: 0 })
      );
    }
    if (pathname !== '/api/v1/violations' && !pathname.startsWith('/api/v1/incidents/'))
      throw new TypeError('no network');
    if (pathname.endsWith('/chain')) {
      const id = pathname.split('/').at(-2) ?? '';
      chainsRead.push(id);
      return (await answers.get(id)) ?? Response.json(chain);
    }
    if (pathname.endsWith('/scene')) return Response.json(scene);
    if (pathname === '/api/v1/violations') return Response.json({ items: [], next: null });
    if (pathname.endsWith('/notes')) return Response.json({ items: [], most: 200 });
    if (pathname.endsWith('/actions')) return Response.json({ devices: [], commands: [] });
    if (request.method === 'POST') asked.push({ path: pathname, body: await request.json() });
    return Response.json({ ...incident, version: incident.version + asked.length });
  });
  signInWith('violation:read', 'violation:review');
});
afterEach(() => {
  cleanup();
  plant.cameras = [];
  vi.restoreAllMocks();
  session.expire();
  vi.unstubAllGlobals();
});

const propsOf = (of: IncidentDetail) => incidentPageProps(of, (next) => changed.push(next));

async function show() {
  render(IncidentView, propsOf(incident));
  await screen.findByTestId('time-axis');
  return userEvent.setup();
}

it('shows the findings of all cameras on one axis, and the evidence of the chosen one', async () => {
  const user = await show();
  const [first, second] = screen.getAllByTestId('finding');
  expect(screen.getByTestId('detail').dataset['id']).toBe(violationOf(10).id);
  await user.click(within(second!).getByRole('button'));
  expect(screen.getByTestId('detail').dataset['id']).toBe(violationOf(14).id);
  expect(within(first!).getByRole('button').getAttribute('aria-pressed')).toBe('false');
});

it('splits the chosen finding off, with the version that was looked at', async () => {
  const user = await show();
  expect(screen.getByTestId('split').hasAttribute('disabled')).toBe(true);
  await user.click(within(screen.getAllByTestId('finding')[1]!).getByTestId('choose'));
  await user.click(screen.getByTestId('split'));
  await user.type(screen.getByTestId('split-reason'), 'another person');
  await user.click(screen.getByTestId('split-save'));
  await vi.waitFor(() => expect(changed).toHaveLength(1));
  expect(asked).toEqual([
    {
      path: `/api/v1/incidents/${incident.id}/split`,
      body: { findings: [violationOf(14).id], reason: 'another person', version: 1 },
    },
  ]);
});

it('takes a finding out with a reason', async () => {
  const user = await show();
  await user.click(within(screen.getAllByTestId('finding')[1]!).getByTestId('choose'));
  await user.click(screen.getByTestId('take-out'));
  await user.selectOptions(screen.getByTestId('take-out-reason'), 'not-a-person');
  await user.click(screen.getByTestId('take-out-save'));
  await vi.waitFor(() => expect(changed).toHaveLength(1));
  expect(asked[0]?.body).toEqual({
    finding: violationOf(14).id,
    reason: 'not-a-person',
    version: 1,
  });
});

it('shows who it may be, with reasons, and takes a candidate for the one only with a reason', async () => {
  const explanation = { zh: '相距 0.4 米', en: '0.4 m away' };
  const one = (handle: string, posterior: number, name: string) => ({
    handle,
    posterior,
    explanation,
    person: { id: `${handle}-person`, name },
  });
  const main = violationOf(10, {
    identity: {
      state: 'ambiguous',
      handle: null,
      since: null,
      reasons: [{ zh: '两人相距过近', en: 'Two people were too near' }],
      candidates: [one('handle-1', 0.6, '孙小梅'), one('handle-2', 0.3, '郑采购')],
      person: null,
    },
  });
  incident = { ...incidentDetailOf(10, [main, violationOf(14)]), main };
  const user = await show();
  const section = await screen.findByTestId('identity');
  expect(section.textContent).toMatch(
    /Not certain.*Two people were too near.*孙小梅.*60.*0\.4 m away/s,
  );
  await user.click((await within(section).findAllByTestId('choose-candidate'))[1]!);
  const form = screen.getByTestId('candidate-form');
  expect(form.textContent).toContain('郑采购');
  await user.type(screen.getByTestId('candidate-reason'), 'She said so');
  await user.click(screen.getByTestId('candidate-save'));
  await vi.waitFor(() => expect(changed).toHaveLength(1));
  expect(asked[0]).toEqual({
    path: `/api/v1/incidents/${incident.id}/verdict`,
    body: {
      decision: 'confirm',
      candidate: { finding: main.id, handle: 'handle-2', reason: 'She said so' },
      version: 1,
    },
  });
});

it('says of one without a badge only that none may be used', async () => {
  const identity = { handle: null, since: null, reasons: [], candidates: [], person: null };
  const main = violationOf(10, { identity: { ...identity, state: 'unbadged' } });
  incident = { ...incidentDetailOf(10, [main, violationOf(14)]), main };
  await show();
  expect((await screen.findByTestId('identity')).textContent).toContain(
    'No badge that may be used',
  );
});

it('reads the chain: what was found, what was asked in vain, and no part of which nothing may be asked', async () => {
  const user = await show();
  const before = await screen.findByTestId('chain-before');
  expect(within(before).getByTestId('chain-link').getAttribute('href')).toBe('/hazards/h1');
  expect(screen.getByTestId('chain-during').textContent).toContain('Gates');
  expect(within(screen.getByTestId('chain-during')).getByTestId('chain-empty')).toBeTruthy();
  expect(screen.queryByTestId('chain-after')).toBeNull();
  const events = screen.getByTestId('chain-events');
  expect(within(events).getAllByTestId('chain-item')).toHaveLength(1);
  await user.click(screen.getByTestId('chain-kind'));
  expect(within(events).queryAllByTestId('chain-item')).toHaveLength(0);
  // Without the right to watch there is no live picture, and no button for it.
  expect(screen.queryByTestId('incident-live')).toBeNull();
});

it('has the live picture beside the evidence with the right to watch', async () => {
  signInWith('violation:read', 'live:watch');
  await show();
  expect(await screen.findByTestId('incident-live')).toBeTruthy();
});

it('shows no chain of the incident before, whose answer comes after the next one is chosen', async () => {
  const next = incidentDetailOf(20, [violationOf(20), violationOf(21)]);
  let answer: (response: Response) => void = () => {};
  answers.set(incident.id, new Promise((resolve) => (answer = resolve)));
  answers.set(next.id, new Promise(() => {}));
  const { rerender } = render(IncidentView, propsOf(incident));
  await vi.waitFor(() => expect(chainsRead).toEqual([incident.id]));
  await rerender(propsOf(next));
  answer(Response.json(chain));
  // The late answer of the first incident is dropped, before and after the request for the second one.
  await vi.waitFor(() => expect(chainsRead).toEqual([incident.id, next.id]));
  expect(screen.queryByTestId('chain-before')).toBeNull();
});

it('reads the chain again when an alarm of one of its findings arrives, with the right to alarms', async () => {
  const on = vi.spyOn(live, 'on');
  const alarmOf = (violation: string) => {
    for (const [topic, type, tell] of on.mock.calls) {
      if (topic !== 'commands' || type !== 'alarm') continue;
      (tell as (message: object) => void)({ type, id: 'a1', violation, state: 'done' });
    }
  };
  await show();
  await screen.findByTestId('chain-before');
  expect(on.mock.calls.filter(([topic]) => topic === 'commands')).toEqual([]);
  expect(chainsRead).toHaveLength(1);
  cleanup();

  signInWith('violation:read', 'command:read');
  await show();
  await vi.waitFor(() => expect(chainsRead).toHaveLength(2));
  await screen.findByTestId('chain-before');
  alarmOf('another');
  expect(chainsRead).toHaveLength(2);
  alarmOf(violationOf(14).id);
  await vi.waitFor(() => expect(chainsRead).toHaveLength(3));
});

const outage = (more: object) => ({
  id: '01J00000000000000000000077',
  kind: 'camera',
  subject: 'hall-east',
  name: text('Hall, east'),
  fault: 'offline',
  cause: 'stalled',
  begunAt: violationOf(14).startedAt,
  endedAt: null,
  ...more,
});

it('draws on the axis when a camera was not watched, with its words, and a legend for the keyboard', async () => {
  signInWith('violation:read', 'device-health:read');
  outages = [
    outage({}),
    // It was over before, and is in the list below alone.
    outage({
      id: '01J00000000000000000000078',
      subject: 'hall-west',
      begunAt: new Date(Date.parse(violationOf(10).startedAt) - 300_000).toISOString(),
      endedAt: new Date(Date.parse(violationOf(10).startedAt) - 200_000).toISOString(),
    }),
  ];
  const user = await show();
  const [west, east] = await vi.waitFor(() => {
    const lanes = screen.getAllByTestId('finding');
    expect(within(lanes[1]!).getAllByTestId('unwatched')).toHaveLength(1);
    return lanes;
  });
  expect(within(west!).queryByTestId('unwatched')).toBeNull();
  const drawn = within(east!).getByTestId('unwatched');
  expect(drawn.textContent).toMatch(/Hall, east not watched .*–now · no pictures over an open/);
  const entry = screen.getByTestId('axis-unwatched');
  expect(entry.getAttribute('href')).toBe('/device-health/camera/hall-east');
  expect(screen.getAllByTestId('not-watched-span')).toHaveLength(2);
  expect(drawn.className).not.toContain('outline-warn');
  for (let n = 0; n < 20 && document.activeElement !== entry; n++) await user.tab();
  expect(document.activeElement).toBe(entry);
  await vi.waitFor(() => expect(drawn.className).toContain('outline-warn'));
});

it('keeps one line for the legend of the axis: while it is read, without an outage and with many', async () => {
  signInWith('violation:read', 'device-health:read');
  let answer = (_: Response): void => {};
  answers.set('outages', new Promise((resolve) => (answer = resolve)));
  const { rerender } = render(IncidentView, propsOf(incident));
  await screen.findByTestId('detail');
  const line = async () => (await screen.findByTestId('axis-legend')).textContent?.trim();
  expect(await line()).toBe('Reading unwatched times…');
  answers.clear();
  answer(Response.json({ items: [], next: null, open: 0 }));
  await vi.waitFor(async () => expect(await line()).toBe('No unwatched time recorded'));

  outages = ['hall-west', 'hall-east'].map((subject, n) =>
    outage({ id: `01J0000000000000000000008${n}`, subject, begunAt: violationOf(10).startedAt }),
  );
  const next = { ...incident, lastAt: new Date(Date.parse(incident.lastAt) + 1_000).toISOString() };
  await rerender(propsOf(next));
  await vi.waitFor(() => expect(screen.getAllByTestId('axis-unwatched')).toHaveLength(1));
  const more = screen.getByTestId('axis-more');
  expect(more.textContent).toBe('1 more');
  await userEvent.setup().click(more);
  expect(screen.getAllByTestId('axis-unwatched')).toHaveLength(2);
  expect(more.getAttribute('aria-expanded')).toBe('true');
  cleanup();

  signInWith('violation:read');
  render(IncidentView, propsOf(incident));
  await screen.findByTestId('time-axis');
  expect(screen.queryByTestId('axis-legend')).toBeNull();
});

it('has an axis for a single finding only where its camera was not watched meanwhile', async () => {
  signInWith('violation:read', 'device-health:read');
  incident = incidentDetailOf(10, [violationOf(10)]);
  const { rerender } = render(IncidentView, propsOf(incident));
  await screen.findByTestId('detail');
  expect(screen.queryByTestId('time-axis')).toBeNull();
  outages = [outage({ subject: 'hall-west', begunAt: violationOf(10).startedAt })];
  const next = { ...incident, lastAt: new Date(Date.parse(incident.lastAt) + 1_000).toISOString() };
  await rerender(propsOf(next));
  await screen.findByTestId('time-axis');
  expect(screen.getByTestId('axis-legend').getAttribute('aria-label')).toBe(
    'Times that were not watched',
  );
  expect(screen.queryByTestId('choose')).toBeNull();
});
