import { tick } from 'svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Violation } from '$lib/api/types.ts';
import { clips, pictures } from '$lib/evidence/blob-cache.ts';
import { eventually } from '../../../test/eventually.ts';
import { idOf, review, show, useReview } from '../../../test/incident-review.ts';
import { violationOf } from '../../../test/violation.ts';
import { fetchAhead } from './ahead.ts';

const clipOf = (
  number: number,
  rendition: 'ready' | 'being-made' = 'ready',
): Violation['clip'] => ({
  url: `/api/v1/violations/${idOf(number)}/clip`,
  boxesUrl: null,
  from: violationOf(number).startedAt,
  to: violationOf(number).confirmedAt,
  durationSeconds: 15,
  partial: false,
  rendition,
});
const withClip = (number: number, rendition?: 'ready' | 'being-made') =>
  violationOf(number, { clip: clipOf(number, rendition) });

/** What is loaded, in its order, and how each answers. */
let asked: string[];
let answers: Map<string, () => void>;
beforeEach(() => {
  asked = [];
  answers = new Map();
  const get = (url: string) => {
    asked.push(url);
    return new Promise<string>((resolve) => answers.set(url, () => resolve('blob:1')));
  };
  vi.spyOn(clips, 'get').mockImplementation(get);
  vi.spyOn(pictures, 'get').mockImplementation(get);
});
const url = (number: number, what = 'clip') => `/api/v1/violations/${idOf(number)}/${what}`;

describe('evidence that is opened next', () => {
  it('is loaded after that of the open record', async () => {
    fetchAhead(withClip(60), withClip(50));
    expect(asked).toEqual([url(60)]);
    answers.get(url(60))?.();
    await eventually(() => expect(asked).toEqual([url(60), url(50)]));
  });

  it('is the picture where there is no clip, and nothing while the clip is being made', async () => {
    fetchAhead(withClip(60), violationOf(50));
    answers.get(url(60))?.();
    await eventually(() => expect(asked).toEqual([url(60), url(50, 'snapshot')]));
    fetchAhead(withClip(60, 'being-made'), withClip(40, 'being-made'));
    await tick();
    expect(asked).toHaveLength(2);
  });

  it('is not loaded where another record was opened meanwhile', async () => {
    const end = fetchAhead(withClip(60), withClip(50));
    end();
    answers.get(url(60))?.();
    await tick();
    await tick();
    expect(asked).toEqual([url(60)]);
  });
});

describe('the review page', () => {
  useReview();

  it('loads the clip of the record below the open one', async () => {
    review.queue.receive({
      ...(await review.queue.read(idOf(50))),
      main: withClip(50),
      version: 2,
    });
    await show(60);
    await eventually(() => expect(asked).toContain(url(60, 'snapshot')));
    answers.get(url(60, 'snapshot'))?.();
    await eventually(() => expect(asked).toContain(url(50)));
  });
});
