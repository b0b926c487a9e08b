import { describe, expect, it } from 'vitest';
import { type Feed, nextFeeds, sameFeeds } from './feeds.ts';

const small = { camera: 'gate', stream: 'small', quick: false } as const;
const main = { camera: 'gate', stream: 'main', quick: true } as const;
const streams = (feeds: readonly Feed[]) => feeds.map(({ stream }) => stream);
function playing(feeds: readonly Feed[], changes: Partial<Feed> = {}): readonly Feed[] {
  for (const feed of feeds) Object.assign(feed, { link: { name: 'playing' }, ...changes });
  return feeds;
}

describe('the connections of a tile', () => {
  it('keep the picture that plays until the first frame of the other stream is there', () => {
    const first = playing(nextFeeds([], small), { hasFrame: true });
    const both = nextFeeds(first, main);
    expect(streams(both)).toEqual(['small', 'main']);
    expect(both[0]).toBe(first[0]);
    expect(sameFeeds(nextFeeds(both, main), both)).toBe(true);
    const coming = both[1] as Feed;
    // Connected is not enough.
    coming.link = { name: 'playing' };
    expect(streams(nextFeeds(both, main))).toEqual(['small', 'main']);
    coming.hasFrame = true;
    expect(nextFeeds(both, main)).toEqual([coming]);
  });

  it('drop what is coming where the tile is small again, and go on with what is shown', () => {
    const first = playing(nextFeeds([], small));
    const both = nextFeeds(first, main);
    expect(nextFeeds(both, small)).toEqual(first);
    expect(nextFeeds(both, null)).toEqual([]);
  });

  it('do not wait for a picture that does not play, nor for one of another camera', () => {
    const first = nextFeeds([], small);
    expect(streams(nextFeeds(first, main))).toEqual(['main']);
    const other = nextFeeds(playing(nextFeeds([], small)), { ...small, camera: 'yard' });
    expect(other.map(({ camera }) => camera)).toEqual(['yard']);
  });

  it('stay where MPEG-1 plays, which has one picture for both', () => {
    const first = playing(nextFeeds([], small), { way: 'mpeg1' });
    expect(nextFeeds(first, main)).toEqual(first);
    playing(first, { way: 'webrtc' });
    expect(streams(nextFeeds(first, main))).toEqual(['small', 'main']);
  });
});
