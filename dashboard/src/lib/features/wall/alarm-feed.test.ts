import { beforeEach, expect, it } from 'vitest';
import type { Incident } from '$lib/api/types.ts';
import { Newest } from '$lib/live/newest.ts';
import { incidentOf } from '../../../test/incident.ts';
import { AlarmFeed } from './alarm-feed.svelte.ts';

let answer: (items: Incident[]) => void;
let feed: AlarmFeed;
const shown = (): string[] => feed.items.map(({ main, status }) => `${main.actor} ${status}`);
const confirmed = (number: number) => incidentOf(number, { status: 'confirmed', version: 2 });

beforeEach(async () => {
  feed = new AlarmFeed(
    () =>
      new Promise((resolve) => {
        answer = (items) => resolve({ items });
      }),
    new Newest<Incident>(),
  );
  const loaded = feed.load();
  answer([incidentOf(50), incidentOf(40)]);
  await loaded;
});

it('applies pushes in order, and never an older version', () => {
  feed.take(incidentOf(45));
  feed.take(confirmed(40));
  feed.take(incidentOf(40));
  // The verdict arrived before the record.
  feed.take(confirmed(60));
  feed.take(incidentOf(60));
  expect(shown()).toEqual(['t-60 confirmed', 't-50 pending', 't-45 pending', 't-40 confirmed']);
});

it('keeps pushes that arrive before an older list', async () => {
  const loaded = feed.load();
  feed.take(incidentOf(60));
  feed.take(confirmed(60));
  feed.take(confirmed(40));
  answer([incidentOf(50), incidentOf(40)]);
  await loaded;
  expect(shown()).toEqual(['t-60 confirmed', 't-50 pending', 't-40 confirmed']);
});

it('shows one alarm for an act: what became part of another incident goes', () => {
  feed.take(incidentOf(50, { mergedInto: incidentOf(40).id, version: 2 }));
  feed.take(incidentOf(40, { findings: 2, version: 2 }));
  expect(shown()).toEqual(['t-40 pending']);
});
