import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { resolve } from 'node:path';

/** A frame as it was shown: when, and the time that was drawn into it, ms since the epoch. */
export type ShownFrame = readonly [at: number, stamp: number];

export interface LiveProbe {
  /** When the view was asked for, and its first readable frame; ms since the epoch, null before. */
  opened(): { readonly askedAt: number | null; readonly firstAt: number | null };
  /** Frames that were shown since a time. */
  since(at: number): ShownFrame[];
  /** What sends the picture, by the page. */
  engine(): string | null;
  /** Presses of a pointer or a key. */
  clicks(): number;
  /** Looked at without a time that could be read. */
  unreadable(): number;
}

declare global {
  var liveProbe: LiveProbe;
  var readStamp: (pixels: Uint8Array, width: number, height: number) => number | null;
}

/** A script that gives a page `readStamp`. */
export function stampScript(): string {
  const file = resolve(import.meta.dirname, '../../../simulator/src/stamp.ts');
  const stamp = stripTypeScriptTypes(readFileSync(file, 'utf8')).replaceAll(/^export /gm, '');
  return `(() => {${stamp}\nglobalThis.readStamp = readStamp;})();`;
}

/** A script that reads the time out of the live picture of a page; it is run before those of the page. */
export const liveProbeScript = (): string => `${stampScript()}\n(${installLiveProbe})();`;

/** Runs in the page: it must not use anything of this module. */
function installLiveProbe(): void {
  /** Frames are read this often at most, ms: reading costs more than showing. */
  const EVERY_MS = 150;
  const frames: [number, number][] = [];
  let askedAt: number | null = null;
  let firstAt: number | null = null;
  let unreadable = 0;
  let clicks = 0;
  for (const kind of ['pointerdown', 'keydown']) {
    addEventListener(kind, () => (clicks += 1), { capture: true });
  }
  let readAt = 0;
  const copy = document.createElement('canvas');
  const context = copy.getContext('2d', { willReadFrequently: true });

  const Peer = globalThis.RTCPeerConnection;
  globalThis.RTCPeerConnection = new Proxy(Peer, {
    construct(target, args) {
      askedAt ??= Date.now();
      return new target(...args);
    },
  });
  const Socket = globalThis.WebSocket;
  globalThis.WebSocket = new Proxy(Socket, {
    construct(target, args: [string | URL]) {
      if (String(args[0]).endsWith('/live-video')) askedAt ??= Date.now();
      return new target(...args);
    },
  });

  function read(
    picture: HTMLVideoElement | HTMLCanvasElement,
    width: number,
    height: number,
  ): void {
    const at = Date.now();
    if (!context || at - readAt < EVERY_MS || width === 0) return;
    readAt = at;
    // Half the size is enough for the time, and a quarter of the bytes.
    copy.width = Math.min(width, 640);
    copy.height = Math.round((copy.width * height) / width);
    context.drawImage(picture, 0, 0, copy.width, copy.height);
    const { data } = context.getImageData(0, 0, copy.width, copy.height);
    const stamp = globalThis.readStamp(data as unknown as Uint8Array, copy.width, copy.height);
    if (stamp === null) {
      unreadable += 1;
      return;
    }
    firstAt ??= at;
    if (frames.at(-1)?.[1] !== stamp) frames.push([at, stamp]);
  }

  const watched = new WeakSet<HTMLVideoElement>();
  function watch(video: HTMLVideoElement): void {
    watched.add(video);
    const next = (): void => {
      if (picture()?.dataset['way'] === 'webrtc') read(video, video.videoWidth, video.videoHeight);
      video.requestVideoFrameCallback(next);
    };
    video.requestVideoFrameCallback(next);
  }
  const picture = () => document.querySelector<HTMLElement>('[data-testid=live-picture]');
  function everyFrame(): void {
    const shown = picture();
    const video = shown?.querySelector<HTMLVideoElement>('[data-testid=live-video]');
    if (video && !watched.has(video)) watch(video);
    const canvas = shown?.querySelector<HTMLCanvasElement>('[data-testid=live-canvas]');
    if (canvas && shown?.dataset['way'] === 'mpeg1') read(canvas, canvas.width, canvas.height);
    requestAnimationFrame(everyFrame);
  }
  requestAnimationFrame(everyFrame);

  globalThis.liveProbe = {
    opened: () => ({ askedAt, firstAt }),
    since: (at) => frames.filter(([shownAt]) => shownAt >= at),
    engine: () => picture()?.dataset['engine'] ?? null,
    clicks: () => clicks,
    unreadable: () => unreadable,
  };
}
