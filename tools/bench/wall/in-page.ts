import { type ShownFrame, stampScript } from '../live/in-page.ts';
import { MARKED_CAMERA } from './cameras.ts';
import { MARKED, MOVEMENT } from './marked-picture.ts';
import type { MarkedFrame } from './wall-score.ts';

/** A tile and what it showed since counting began. */
export interface CountedTile {
  readonly camera: string;
  readonly isLive: boolean;
  readonly engine: string | null;
  readonly frames: number;
}

/** Work of the page that held up a picture, for the reader of the bench. */
export interface LongWork {
  readonly ms: number;
  /** What ran longest in it. */
  readonly by: string;
}

/** A tile at rest, and the stills that it showed since counting began. */
export interface RestingTile {
  readonly camera: string;
  readonly stills: number;
}

export interface WallProbe {
  /** Counts frames and long tasks from now on. */
  begin(): void;
  end(): {
    readonly tiles: readonly CountedTile[];
    readonly resting: readonly RestingTile[];
    readonly longTasks: number[];
    readonly work: LongWork[];
    readonly ms: number;
  };
  /** Reads each frame of the marked camera from now on: it costs too much to be counted beside. */
  follow(): void;
  followed(): {
    readonly frames: readonly ShownFrame[];
    readonly unreadable: number;
    readonly marked: readonly MarkedFrame[];
    /** How long the picture waits for its boxes, ms, as the page says. */
    readonly delay: number | null;
  };
}

declare global {
  var wallProbe: WallProbe;
}

/** A script that watches the wall; it is run before those of the page. */
export function wallProbeScript(): string {
  const known = { camera: MARKED_CAMERA, picture: MARKED, movement: MOVEMENT };
  return `${stampScript()}\n(${installWallProbe})(${JSON.stringify(known)});`;
}

/** Runs in the page: it must not use anything of this module. */
function installWallProbe(known: {
  camera: string;
  picture: typeof MARKED;
  movement: typeof MOVEMENT;
}): void {
  const { picture, movement } = known;
  /** The time is read this often at most, ms. */
  const STAMP_EVERY_MS = 150;
  /** A box this far from where the person should be is of another one, pixels of the picture. */
  const FAR = 60;
  const tileOf = (one: Element) => one.closest<HTMLElement>('[data-testid=tile]');

  let isCounting = false;
  let begunAt = 0;
  const counts = new Map<HTMLVideoElement, number>();
  const longTasks: number[] = [];
  const work: { ms: number; by: string }[] = [];
  new PerformanceObserver((list) => {
    if (isCounting) for (const { duration } of list.getEntries()) longTasks.push(duration);
  }).observe({ type: 'longtask' });
  if (PerformanceObserver.supportedEntryTypes.includes('long-animation-frame')) {
    new PerformanceObserver((list) => {
      if (!isCounting) return;
      for (const entry of list.getEntries()) {
        const { scripts = [] } = entry as unknown as {
          scripts?: { duration: number; invoker: string; sourceFunctionName: string }[];
        };
        const [most] = [...scripts].sort((a, b) => b.duration - a.duration);
        const by = most
          ? `${most.invoker} ${most.sourceFunctionName} ${most.duration.toFixed(0)} ms`
          : 'no script';
        work.push({ ms: entry.duration, by });
      }
    }).observe({ type: 'long-animation-frame' });
  }

  /** Shown stills by camera, counted by their times: an unchanged JPEG triggers no load event. */
  const stills = new Map<string, number>();
  new MutationObserver((changes) => {
    if (!isCounting) return;
    for (const { target } of changes) {
      const camera = tileOf(target as Element)?.dataset['camera'] ?? '';
      stills.set(camera, (stills.get(camera) ?? 0) + 1);
    }
  }).observe(document, { subtree: true, attributeFilter: ['data-at'] });

  function count(video: HTMLVideoElement): void {
    counts.set(video, 0);
    const next = (): void => {
      if (!isCounting) return;
      counts.set(video, (counts.get(video) ?? 0) + 1);
      video.requestVideoFrameCallback(next);
    };
    video.requestVideoFrameCallback(next);
  }

  /** What stands on each canvas: the frames of boxes since it was cleared. */
  const drawn = new WeakMap<HTMLCanvasElement, [x: number, y: number, w: number, h: number][]>();
  let isFollowing = false;
  const context = CanvasRenderingContext2D.prototype;
  const { clearRect, strokeRect } = context;
  context.clearRect = function (x, y, w, h) {
    if (isFollowing && this.canvas instanceof HTMLCanvasElement) drawn.set(this.canvas, []);
    clearRect.call(this, x, y, w, h);
  };
  context.strokeRect = function (x, y, w, h) {
    if (isFollowing && this.canvas instanceof HTMLCanvasElement)
      drawn.get(this.canvas)?.push([x, y, w, h]);
    strokeRect.call(this, x, y, w, h);
  };

  const copy = document.createElement('canvas');
  [copy.width, copy.height] = [picture.width, picture.height];
  const read = copy.getContext('2d', { willReadFrequently: true });
  const frames: [number, number][] = [];
  const marked: { marker: number; box: number | null }[] = [];
  let unreadable = 0;
  let stampAt = 0;

  /** The middle of the coloured marker; null where it is not in the picture. */
  function markerAt(): number | null {
    const { from, to } = movement.rows;
    const { data } = read!.getImageData(0, from, picture.width, to - from);
    let [sum, found] = [0, 0];
    for (let at = 0; at < data.length; at += 4) {
      if (data[at]! < 150 || data[at + 1]! > 110 || data[at + 2]! < 150) continue;
      sum += ((at / 4) % picture.width) + 0.5;
      found += 1;
    }
    return found > 50 ? sum / found : null;
  }
  /** The middle of the box of the person beside the marker, in pixels of the picture. */
  function boxBeside(tile: HTMLElement, marker: number): number | null {
    const wanted = {
      x: marker + movement.personAt.x,
      y: (movement.rows.from + movement.rows.to) / 2 + movement.personAt.y,
    };
    let best: number | null = null;
    let least = FAR;
    for (const canvas of tile.querySelectorAll('canvas')) {
      const scale = Math.min(
        canvas.clientWidth / picture.width,
        canvas.clientHeight / picture.height,
      );
      const left = (canvas.clientWidth - picture.width * scale) / 2;
      const top = (canvas.clientHeight - picture.height * scale) / 2;
      for (const [x, y, w, h] of drawn.get(canvas) ?? []) {
        const [across, down] = [(x + w / 2 - left) / scale, (y + h / 2 - top) / scale];
        const away = Math.hypot(across - wanted.x, down - wanted.y);
        if (away >= least) continue;
        least = away;
        best = across;
      }
    }
    return best;
  }
  function look(video: HTMLVideoElement, tile: HTMLElement): void {
    const at = Date.now();
    read!.drawImage(video, 0, 0, picture.width, picture.height);
    if (at - stampAt >= STAMP_EVERY_MS) {
      stampAt = at;
      const { data } = read!.getImageData(0, 0, picture.width, picture.height);
      const stamp = globalThis.readStamp(
        data as unknown as Uint8Array,
        picture.width,
        picture.height,
      );
      if (stamp === null) unreadable += 1;
      else if (frames.at(-1)?.[1] !== stamp) frames.push([at, stamp]);
    }
    const marker = markerAt();
    // Callbacks of animation frames come after all those of video frames: by then the boxes of this frame are drawn.
    if (marker !== null)
      requestAnimationFrame(() => marked.push({ marker, box: boxBeside(tile, marker) }));
  }

  globalThis.wallProbe = {
    begin() {
      isCounting = true;
      begunAt = performance.now();
      for (const video of document.querySelectorAll<HTMLVideoElement>('[data-testid=live-video]')) {
        count(video);
      }
    },
    end() {
      isCounting = false;
      const tiles = [...counts].map(([video, shown]) => {
        const live = video.closest<HTMLElement>('[data-testid=live-picture]');
        return {
          camera: tileOf(video)?.dataset['camera'] ?? '',
          isLive: live?.dataset['live'] === 'playing',
          engine: live?.dataset['engine'] ?? null,
          frames: shown,
        };
      });
      const resting = [...document.querySelectorAll('[data-live=resting]')].map((one) => {
        const camera = tileOf(one)?.dataset['camera'] ?? '';
        return { camera, stills: stills.get(camera) ?? 0 };
      });
      return { tiles, resting, longTasks, work, ms: performance.now() - begunAt };
    },
    follow() {
      isFollowing = true;
      const tile = document.querySelector<HTMLElement>(
        `[data-testid=tile][data-camera="${known.camera}"]`,
      );
      const video = tile?.querySelector<HTMLVideoElement>('[data-testid=live-video]');
      if (!tile || !video) return;
      const next = (): void => {
        look(video, tile);
        video.requestVideoFrameCallback(next);
      };
      video.requestVideoFrameCallback(next);
    },
    followed() {
      const live = document.querySelector<HTMLElement>(
        `[data-camera="${known.camera}"] [data-testid=live-picture]`,
      );
      const delay = live?.dataset['delay'];
      return { frames, unreadable, marked, delay: delay === undefined ? null : Number(delay) };
    },
  };
}
