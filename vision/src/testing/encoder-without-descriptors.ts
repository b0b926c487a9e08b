import { closeSync, openSync } from 'node:fs';
import type pino from 'pino';
import { Mpeg1Encoder } from '../live/mpeg1/mpeg1-encoder.ts';
import { RecentPictures } from '../live/recent-pictures.ts';

/*
 * A process of its own that starts an encoder while it has no file descriptor left, and again once it has.
 * It ends with 0 where the encoder runs then.
 */
const descriptors: number[] = [];
try {
  for (;;) descriptors.push(openSync('/dev/null', 'r'));
} catch {
  // None is left.
}
let failures = 0;
const log = { warn: () => (failures += 1) } as unknown as pino.Logger;
const encoder = new Mpeg1Encoder({
  camera: 'gate',
  ingest: { subscribe: () => () => {}, restarts: 0, recent: new RecentPictures() },
  log,
  onData: () => {},
  onResize: () => {},
});
const look = setInterval(() => {
  // The first start, and one of the timer.
  if (failures === 2) for (const one of descriptors.splice(0)) closeSync(one);
  if (encoder.pid === undefined) return;
  clearInterval(look);
  encoder.close();
  process.exitCode = failures >= 2 ? 0 : 3;
}, 20);
