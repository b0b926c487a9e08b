import { screen, within } from '@testing-library/svelte';
import { tick } from 'svelte';
import { beforeEach, expect, it } from 'vitest';
import type { Incident } from '$lib/api/types.ts';
import { eventually } from '../../../test/eventually.ts';
import { incidentOf } from '../../../test/incident.ts';
import {
  chosen,
  idOf,
  listed,
  numbers,
  review,
  row,
  show,
  signIn,
  useReview,
} from '../../../test/incident-review.ts';
import { reviewGrouping } from './grouping.ts';
import { IncidentQueue } from './incident-queue.svelte.ts';

useReview();

/** Of camera west 60, 50, 40 and of camera east 30, 20, 10. */
const cameraOf = (number: number) => (number > 30 ? 'west' : 'east');
const at = (number: number, changes: Partial<Incident> = {}): Incident => {
  const one = incidentOf(number, changes);
  return { ...one, main: { ...one.main, camera: cameraOf(number) }, cameras: [cameraOf(number)] };
};
let counts: Record<string, number>;
let asked: string[];
let failing: boolean;

beforeEach(() => {
  counts = { west: 3, east: 3 };
  asked = [];
  failing = false;
  reviewGrouping.set('camera');
  review.queue = new IncidentQueue(
    {
      list: async () => ({ items: numbers.map((number) => at(number)), next: null }),
      get: async (id) => at(numbers.find((one) => idOf(one) === id) ?? 0),
      decide: async (id) =>
        at(numbers.find((one) => idOf(one) === id) ?? 0, {
          status: 'confirmed',
          undecided: 0,
          version: 2,
        }),
      inGroups: {
        groups: async (by) => {
          asked.push(`groups by ${by}`);
          const items = ['west', 'east'].map((camera) => ({
            group: `camera:${camera}`,
            count: counts[camera] ?? 0,
            oldest: at(10).startedAt,
            severity: camera === 'west' ? ('high' as const) : ('low' as const),
            person: null,
            cameraName: { zh: camera, en: `Camera ${camera}` },
          }));
          return { items: items.filter(({ count }) => count > 0), next: null };
        },
        // Two of a page.
        rows: async (group, _filters, cursor) => {
          asked.push(`${group} ${cursor ?? 'first'}`);
          if (failing) throw new TypeError('no network');
          const of = numbers.filter((number) => group === `camera:${cameraOf(number)}`);
          const from = Number(cursor ?? 0);
          return {
            items: of.slice(from, from + 2).map((number) => at(number)),
            next: from + 2 < of.length ? String(from + 2) : null,
          };
        },
      },
    },
    () => ({ id: 'u1', displayName: { zh: '李明', en: 'Li Ming' } }),
  );
});

const header = (camera: string) =>
  within(document.querySelector<HTMLElement>(`[data-group="camera:${camera}"]`)!);
const isOpen = (camera: string) =>
  header(camera).getByTestId('group-toggle').getAttribute('aria-expanded') === 'true';

it('shows headers with counts, loads a group as it is opened, and J and K go across', async () => {
  const user = await show(60, { groupable: true }, 3);
  expect(header('west').getByTestId('group-toggle').textContent).toMatch(
    /Camera west.*3 incidents · Oldest/,
  );
  expect([isOpen('west'), isOpen('east')]).toEqual([true, false]);
  // A group that is not open was not read, and its rest as it came into sight.
  expect(asked).toEqual(['groups by camera', 'camera:west first', 'camera:west 2']);

  await user.keyboard('jj');
  expect(review.selected).toBe(idOf(40));
  await user.keyboard('j');
  await eventually(() => expect(review.selected).toBe(idOf(30)));
  expect(isOpen('east')).toBe(true);
  await user.keyboard('k');
  await eventually(() => expect(review.selected).toBe(idOf(40)));

  // Collapsed, its rows are out of the list; the next group follows.
  await user.keyboard('g');
  expect([isOpen('west'), row(40)]).toEqual([false, null]);
  await user.keyboard('j');
  await eventually(() => expect(review.selected).toBe(idOf(30)));
  await user.click(header('west').getByTestId('group-toggle'));
  expect(isOpen('west')).toBe(true);
  await eventually(() => expect(row(40)).not.toBeNull());
});

it('marks all of a group, which stays marked over live updates and while it is collapsed', async () => {
  const user = await show(60, { groupable: true }, 3);
  await user.click(header('east').getByTestId('group-select'));
  await eventually(() => expect(chosen()).toEqual([30, 20, 10]));
  expect(header('east').getByTestId('group-select').getAttribute('aria-pressed')).toBe('true');

  // A colleague decides on one of them, and one comes in: the others stay marked.
  review.queue.receive(at(20, { status: 'dismissed', undecided: 0, version: 2 }));
  counts['east'] = 2;
  await eventually(() =>
    expect(header('east').getByTestId('group-count').textContent).toBe('2 incidents'),
  );
  expect(chosen()).toEqual([30, 10]);
  await user.click(header('east').getByTestId('group-toggle'));
  expect(screen.getByTestId('many-count').textContent).toContain('2 selected');

  review.answers.set(idOf(10), { outcome: 'refused', code: 'incident.names-person', text: 'x' });
  await user.keyboard('c');
  await eventually(() => expect(listed()).toEqual([60, 50, 40, 10]));
  expect(review.sent).toEqual([
    {
      decision: 'confirm',
      incidents: [
        { id: idOf(30), version: 1 },
        { id: idOf(10), version: 1 },
      ],
    },
  ]);
  expect(screen.getByTestId('many-count').textContent).toContain('1 selected');
  await user.keyboard('{Escape}{Shift>}g{/Shift}');
  await eventually(() => expect(chosen()).toEqual([60, 50, 40]));
});

it('goes on in the next group after the last of one, and the empty group goes', async () => {
  const user = await show(40, { groupable: true }, 3);
  for (const number of [60, 50]) {
    review.queue.receive(at(number, { status: 'dismissed', undecided: 0, version: 2 }));
  }
  await user.keyboard('c');
  counts['west'] = 0;
  await eventually(() => expect(review.selected).toBe(idOf(30)));
  await eventually(() => expect(document.querySelector('[data-group="camera:west"]')).toBeNull());
});

it('says that a group could not be read, and reads it again', async () => {
  const user = await show(60, { groupable: true }, 3);
  failing = true;
  await user.click(header('east').getByTestId('group-toggle'));
  const retry = await screen.findByTestId('group-retry');
  expect(screen.getByTestId('group-more').textContent).toContain('could not be read');
  failing = false;
  await user.click(retry);
  await eventually(() => expect(row(10)).not.toBeNull());
});

it('is chosen by the reviewer, without groups for one who only has own incidents', async () => {
  signIn('violation:read');
  await show(null, {});
  expect(screen.queryByTestId('grouping')).toBeNull();
  expect(document.querySelector('[data-group]')).toBeNull();
  reviewGrouping.set('episode');
  await tick();
  expect(asked).toEqual([]);
});
