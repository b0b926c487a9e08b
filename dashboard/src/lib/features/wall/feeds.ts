import type { LiveStream } from '@anshi/contracts';
import type { LiveWay } from './live-ways.ts';
import type { LiveSender, LiveState } from './whep.ts';

/** One connection of a tile to one stream of its camera. */
export interface Feed {
  readonly key: number;
  readonly camera: string;
  readonly stream: LiveStream;
  link: LiveState;
  way: LiveWay;
  sender: LiveSender | null;
  video: HTMLVideoElement | undefined;
  /** Asked to begin with the last key frame of the camera: as of a large tile. */
  readonly quick: boolean;
  /** It fades in: no picture stood before it. */
  readonly fades: boolean;
  /** A frame of it was drawn. */
  hasFrame: boolean;
  /** Since when it has had no other frame, ms since the epoch; null while it moves. */
  stands: number | null;
}

/** What a tile wants to show; null for no video. */
export type WantedFeed = Pick<Feed, 'camera' | 'stream' | 'quick'> | null;

let lastKey = 0;
const newFeed = ({ camera, stream, quick }: NonNullable<WantedFeed>, fades: boolean): Feed => ({
  key: ++lastKey,
  camera,
  stream,
  quick,
  link: { name: 'idle' },
  way: 'webrtc',
  sender: null,
  video: undefined,
  fades,
  hasFrame: false,
  stands: null,
});

/**
 * The connections of a tile: the first one is shown. While the camera's other stream is wanted, it comes as a second
 * one, and the picture of the first stands until that has its first frame.
 */
export function nextFeeds(feeds: readonly Feed[], wanted: WantedFeed): readonly Feed[] {
  if (!wanted) return [];
  const [shown, coming] = feeds;
  if (!shown || shown.camera !== wanted.camera) return [newFeed(wanted, true)];
  if (shown.stream === wanted.stream) return [shown];
  // By MPEG-1 there is one picture for both.
  if (shown.link.name === 'playing' && shown.way === 'mpeg1') return [shown];
  const isShown = shown.link.name === 'playing';
  if (coming?.stream === wanted.stream) {
    const isThere = coming.hasFrame && coming.link.name === 'playing';
    return isThere || !isShown ? [coming] : [shown, coming];
  }
  return isShown ? [shown, newFeed(wanted, false)] : [newFeed(wanted, true)];
}

/** Whether both have the same connections. */
export const sameFeeds = (a: readonly Feed[], b: readonly Feed[]): boolean =>
  a.length === b.length && a.every(({ key }, n) => key === b[n]?.key);
