import { beforeEach, expect, it } from 'vitest';
import type { Violation } from '$lib/api/types.ts';
import { Newest } from '$lib/live/newest.ts';
import { violationOf } from '../../../test/violation.ts';
import { AlarmFeed } from './alarm-feed.svelte.ts';

let answer: (items: Violation[]) => void;
let feed: AlarmFeed;
const shown = (): string[] => feed.items.map(({ actor, status }) => `${actor} ${status}`);
const confirmed = (number: number) => violationOf(number, { status: 'confirmed', version: 2 });

beforeEach(async () => {
  feed = new AlarmFeed(
    () =>
      new Promise((resolve) => {
        answer = (items) => resolve({ items });
      }),
    new Newest<Violation>(),
  );
  const loaded = feed.load();
  answer([violationOf(50), violationOf(40)]);
  await loaded;
});

it('applies pushes in order, and never an older version', () => {
  feed.take(violationOf(45));
  feed.take(confirmed(40));
  feed.take(violationOf(40));
  // The verdict arrived before the record.
  feed.take(confirmed(60));
  feed.take(violationOf(60));
  expect(shown()).toEqual(['t-60 confirmed', 't-50 pending', 't-45 pending', 't-40 confirmed']);
});

it('keeps pushes that arrive before an older list', async () => {
  const loaded = feed.load();
  feed.take(violationOf(60));
  feed.take(confirmed(60));
  feed.take(confirmed(40));
  answer([violationOf(50), violationOf(40)]);
  await loaded;
  expect(shown()).toEqual(['t-60 confirmed', 't-50 pending', 't-40 confirmed']);
});
