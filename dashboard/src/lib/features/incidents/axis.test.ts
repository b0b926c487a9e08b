import { expect, it } from 'vitest';
import { incidentDetailOf } from '../../../test/incident.ts';
import { violationOf } from '../../../test/violation.ts';
import { axisOf } from './axis.ts';

it('places findings and clips of all cameras on one time axis', () => {
  const clip = (from: string, to: string) => ({
    url: '/clip',
    boxesUrl: null,
    durationSeconds: 15,
    from,
    to,
    partial: false,
    rendition: 'ready' as const,
  });
  const first = violationOf(10, {
    endedAt: '2026-11-25T06:00:20.000Z',
    clip: clip('2026-11-25T06:00:05.000Z', '2026-11-25T06:00:25.000Z'),
  });
  const second = violationOf(25, { camera: 'hall-east' });
  const axis = axisOf(incidentDetailOf(10, [first, second]).members);
  expect(new Date(axis.from).toISOString()).toBe('2026-11-25T06:00:05.000Z');
  // The second one is confirmed 2 s after its start, and lasts.
  expect(new Date(axis.to).toISOString()).toBe('2026-11-25T06:00:27.000Z');
  const [one, other] = axis.lanes;
  expect(one?.clip?.from).toBe(0);
  expect(one?.from).toBeCloseTo(5 / 22);
  expect(one?.to).toBeCloseTo(15 / 22);
  expect(other).toMatchObject({ clip: null, lasts: true, to: 1 });
});
