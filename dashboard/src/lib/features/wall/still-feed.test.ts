import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { StillFeed, type StillNews } from './still-feed.ts';

/** What the API was asked, and what it answers, by camera. */
let asked: string[];
let stills: Map<string, { at: string; jpeg: string; tag: string }>;
let isAway: boolean;
let feed: StillFeed;

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  isAway = false;
  stills = new Map();
  feed = new StillFeed(async (cameras) => {
    asked.push(cameras);
    if (isAway) throw new Error('away');
    const items = cameras.split(',').map((part) => {
      const [camera = '', has] = part.split(':');
      const found = stills.get(camera);
      if (!found) return { camera, at: null, jpeg: null, moved: null, tag: null, unchanged: false };
      const unchanged = has === found.tag;
      return { camera, moved: false, ...found, unchanged, jpeg: unchanged ? null : found.jpeg };
    });
    return { items };
  });
});
afterEach(() => void vi.useRealTimers());

const put = (camera: string, second: number, jpeg: string) =>
  stills.set(camera, { at: `2026-12-01T08:00:0${second}.000Z`, jpeg, tag: `tag-${jpeg}` });
const follow = (camera: string) => {
  const news: StillNews[] = [];
  return { news, end: feed.follow(camera, (one) => news.push(one)) };
};

it('all tiles of a page share one request a second', async () => {
  const tiles = Array.from({ length: 36 }, (_, n) => `c-${n}`);
  for (const camera of tiles) {
    put(camera, 1, 'A');
    follow(camera);
  }
  await vi.advanceTimersByTimeAsync(0);
  expect(asked).toEqual([tiles.join()]);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(asked).toHaveLength(4);
});

it('a JPEG that the page has is named by its tag, and shown with the new time', async () => {
  put('a', 1, 'A');
  const { news } = follow('a');
  await vi.advanceTimersByTimeAsync(0);
  put('a', 2, 'A');
  await vi.advanceTimersByTimeAsync(1_000);
  put('a', 3, 'B');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(asked).toEqual(['a', 'a:tag-A', 'a:tag-A']);
  expect(news.map(({ still }) => [still?.at.slice(17, 19), still?.jpeg])).toEqual([
    ['01', 'A'],
    ['02', 'A'],
    ['03', 'B'],
  ]);
});

it('a camera without a still is asked for again with the others', async () => {
  put('a', 1, 'A');
  follow('a');
  const { news } = follow('b');
  await vi.advanceTimersByTimeAsync(900);
  expect(news.map(({ still }) => still)).toEqual([null]);
  put('b', 2, 'B');
  await vi.advanceTimersByTimeAsync(200);
  expect(asked).toEqual(['a,b', 'a:tag-A,b']);
  expect(news.at(-1)?.still?.jpeg).toBe('B');
});

it('goes on after a failure, and tells the tiles', async () => {
  put('a', 1, 'A');
  isAway = true;
  const { news } = follow('a');
  await vi.advanceTimersByTimeAsync(0);
  expect(news).toEqual([{ still: null, moved: false }]);
  isAway = false;
  await vi.advanceTimersByTimeAsync(3_000);
  expect(news.at(-1)?.still?.jpeg).toBe('A');
});

it('a tile that appears is read at once; nothing is read after the last one has gone', async () => {
  put('a', 1, 'A');
  put('b', 1, 'B');
  const a = follow('a');
  await vi.advanceTimersByTimeAsync(300);
  const b = follow('b');
  await vi.advanceTimersByTimeAsync(0);
  expect(asked).toEqual(['a', 'b']);
  expect(b.news).toHaveLength(1);
  a.end();
  b.end();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toHaveLength(2);
  // A camera that was left and comes back starts without a JPEG.
  follow('a');
  await vi.advanceTimersByTimeAsync(0);
  expect(asked.at(-1)).toBe('a');
});

it('nothing is read for a tile that has gone before its request', async () => {
  put('a', 1, 'A');
  follow('a');
  await vi.advanceTimersByTimeAsync(300);
  follow('b').end();
  await vi.advanceTimersByTimeAsync(600);
  expect(asked).toEqual(['a']);
  await vi.advanceTimersByTimeAsync(200);
  expect(asked).toEqual(['a', 'a:tag-A']);
});

it('two tiles of a camera are one, until both have gone', async () => {
  put('a', 1, 'A');
  const [first, second] = [follow('a'), follow('a')];
  await vi.advanceTimersByTimeAsync(0);
  expect(asked).toEqual(['a']);
  first.end();
  await vi.advanceTimersByTimeAsync(1_000);
  expect([first.news.length, second.news.length]).toEqual([1, 2]);
});

it('more cameras than one request takes are read by several, one after the other', async () => {
  for (let n = 0; n < 100; n++) follow(`c-${n}`);
  await vi.advanceTimersByTimeAsync(10);
  expect(asked.map((cameras) => cameras.split(',').length)).toEqual([64, 36]);
});
