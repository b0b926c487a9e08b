import { cleanup, render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { IncidentDetail, Violation } from '$lib/api/types.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { live } from '$lib/live/live.svelte.ts';
import { session } from '$lib/session/session.svelte.ts';
import { incidentDetailOf } from '../../../test/incident.ts';
import { incidentPageProps, signInWith, stubResizeObserver } from '../../../test/incident-page.ts';
import { violationOf } from '../../../test/violation.ts';
import IncidentView from './IncidentView.svelte';
import { incidentsApi } from './incidents-api.ts';

/** The page of an incident while it is read, where that fails, and when something is told of it. */
let incident: IncidentDetail;
/** The incident itself cannot be read. */
let isBroken: boolean;
let chainsRead: string[];
let incidentsRead: number;
/** The answer about the incident waits for it. */
let hold: Promise<void>;
const text = (en: string) => ({ zh: `中${en}`, en });
const span = { startedAt: '2026-01-01T09:00:00Z', endedAt: '2026-01-01T09:00:05Z' };
const answers: Record<string, object> = {
  chain: { incident: '1', ...span, kinds: [], items: [] },
  scene: {
    incident: '1',
    from: span.startedAt,
    to: span.endedAt,
    areas: [],
    acts: [],
    machines: [],
    cameras: [],
    near: null,
    vehicles: null,
    moreVehicles: false,
    more: false,
  },
  notes: { items: [], most: 200 },
  actions: { devices: [], commands: [] },
};

beforeEach(() => {
  i18n.set('en');
  isBroken = false;
  chainsRead = [];
  incidentsRead = 0;
  hold = Promise.resolve();
  incident = incidentDetailOf(10, [violationOf(10), violationOf(14)]);
  stubResizeObserver();
  vi.stubGlobal('fetch', async (request: Request) => {
    const { pathname } = new URL(request.url, location.href);
    const [id, part = ''] = pathname.replace('/api/v1/incidents/', '').split('/');
    if (!pathname.startsWith('/api/v1/incidents/')) throw new TypeError('no network');
    if (part === 'chain') chainsRead.push(id ?? '');
    if (answers[part]) return Response.json(answers[part]);
    if (part === '') incidentsRead += 1;
    const now = incident;
    await hold;
    return isBroken ? Response.json({ code: 'internal' }, { status: 500 }) : Response.json(now);
  });
  signInWith('violation:read', 'violation:review');
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  session.expire();
  vi.unstubAllGlobals();
});
const show = () => {
  render(IncidentView, incidentPageProps(incident));
  return screen.findByTestId('time-axis');
};

it('says to a reader, too, that the incident could not be read, and reads it again', async () => {
  signInWith('violation:read');
  isBroken = true;
  render(IncidentView, incidentPageProps(incident));
  expect(screen.getByTestId('incident-loading')).toBeTruthy();
  const failed = await screen.findByTestId('incident-failed');
  expect(failed.textContent).toContain('All of the incident could not be read.');
  expect(screen.queryByTestId('time-axis')).toBeNull();
  isBroken = false;
  await userEvent.setup().click(within(failed).getByRole('button'));
  await screen.findByTestId('time-axis');
  expect(screen.queryByTestId('incident-failed')).toBeNull();
  expect(screen.queryByTestId('incident-loading')).toBeNull();
});

it('shows what the queue has just read of an incident, and asks for it again when it changes', async () => {
  const read = (await incidentsApi.get(incident.id)) as IncidentDetail;
  const { rerender } = render(IncidentView, incidentPageProps(read));
  await screen.findByTestId('time-axis');
  expect(incidentsRead).toBe(1);
  incident = { ...incident, version: incident.version + 1 };
  await rerender(incidentPageProps(incident));
  await vi.waitFor(() =>
    expect(screen.getByTestId('incident').dataset['version']).toBe(String(incident.version)),
  );
  expect(incidentsRead).toBe(2);
  // Shown again, it may have changed meanwhile.
  cleanup();
  render(IncidentView, incidentPageProps(read));
  await vi.waitFor(() => expect(incidentsRead).toBe(3));
});

it('says nothing of the failure of the incident before', async () => {
  isBroken = true;
  const { rerender } = render(IncidentView, incidentPageProps(incident));
  await screen.findByTestId('incident-failed');
  isBroken = false;
  incident = incidentDetailOf(20, [violationOf(20)]);
  await rerender(incidentPageProps(incident));
  await vi.waitFor(() =>
    expect(screen.getByTestId('incident').dataset['version']).toBe(String(incident.version)),
  );
  expect(screen.queryByTestId('incident-failed')).toBeNull();
});

it('says after a verdict that the finding has to be reopened before the person is corrected', async () => {
  const identity = {
    state: 'ambiguous' as const,
    handle: null,
    since: null,
    reasons: [],
    candidates: [
      {
        handle: 'handle-1',
        posterior: 0.6,
        explanation: text('near'),
        person: { id: 'p1', name: '孙小梅' },
      },
    ],
    person: null,
  };
  const main = violationOf(10, { status: 'confirmed', identity });
  incident = { ...incidentDetailOf(10, [main, violationOf(14)]), main };
  await show();
  expect((await screen.findByTestId('reopen-first')).textContent).toContain('reopen it first');
  expect(screen.queryByTestId('choose-candidate')).toBeNull();
  cleanup();
  // A reader could not correct it either way.
  signInWith('violation:read');
  render(IncidentView, incidentPageProps(incident));
  await screen.findByTestId('candidates');
  expect(screen.queryByTestId('reopen-first')).toBeNull();
});

/** Takes the place of the live connection. @returns sends a message to the page. */
function hearLive(): (key: string, message: object) => void {
  const listeners = new Map<string, ((message: never) => void)[]>();
  vi.spyOn(live, 'on').mockImplementation((topic, type, listener) => {
    const key = `${topic} ${type}`;
    listeners.set(key, [...(listeners.get(key) ?? []), listener as never]);
    return () => {};
  });
  return (key, message) => {
    for (const listener of listeners.get(key) ?? []) listener(message as never);
  };
}
const statusShown = () =>
  within(screen.getByTestId('detail')).getByTestId('status').dataset['status'];
const clip: Violation['clip'] = {
  url: '/clip',
  boxesUrl: null,
  durationSeconds: 8,
  from: violationOf(10).startedAt,
  to: violationOf(18).startedAt,
  partial: false,
  rendition: 'ready',
};

it('shows a finding as it is told, without a request; only new evidence is read, with its signature', async () => {
  const say = hearLive();
  await show();
  expect(incidentsRead).toBe(1);
  const tell = (violation: Violation) => say('violations violation', { violation });
  const ended = { endedAt: '2026-11-25T06:01:00.000Z', snapshotMissing: null };
  vi.useFakeTimers();
  try {
    for (let n = 0; n < 20; n++) tell(violationOf(14, { ...ended, confidence: 0.5 + n / 100 }));
    tell(violationOf(10, { status: 'confirmed' }));
    // One of another incident.
    tell(violationOf(77, { clip }));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(statusShown()).toBe('confirmed');
    expect(incidentsRead).toBe(1);
    // The clips of both come together.
    tell(violationOf(10, { clip }));
    tell(violationOf(14, { ...ended, clip }));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(incidentsRead).toBe(2);
  } finally {
    vi.useRealTimers();
  }
});

it('keeps what was told of a finding while the incident was read', async () => {
  const say = hearLive();
  let answer = (): void => {};
  hold = new Promise((resolve) => (answer = resolve));
  render(IncidentView, incidentPageProps(incident));
  await vi.waitFor(() => expect(incidentsRead).toBe(1));
  say('violations violation', { violation: violationOf(10, { status: 'dismissed' }) });
  answer();
  await screen.findByTestId('time-axis');
  expect(statusShown()).toBe('dismissed');
  expect(incidentsRead).toBe(1);
});

it('reads the chain again when a note is written, or an alarm is acknowledged', async () => {
  signInWith('violation:read', 'violation:review', 'command:read');
  const say = hearLive();
  await show();
  await vi.waitFor(() => expect(chainsRead).toEqual([incident.id]));
  say('incidents incident-note', { incident: 'another' });
  say('incidents incident-note', { incident: incident.id });
  await vi.waitFor(() => expect(chainsRead).toHaveLength(2));
  say('desk-alarms desk-alarms', {});
  await vi.waitFor(() => expect(chainsRead).toHaveLength(3));
});
