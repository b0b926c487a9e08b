import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { parseArgs } from 'node:util';
import { emptyBody, judgePosture } from '../src/judge/posture.ts';
import { INPUTS, WINDOW } from '../src/judge/posture-window.ts';
import type { Act } from './posture/acts.ts';
import { Random } from './posture/random.ts';
import { someScene } from './posture/scene.ts';
import { POSTURE_NAMES } from './posture/stances.ts';

/*
 * Training data of the posture network: acted scenes in the computer, seen by pinhole cameras, with the errors
 * of the pose model; see models/posture/recipe. Rows of 32-bit floats: the inputs, the posture, whether the person
 * fell just now, and the number of the scene.
 */

/** A fall that ended at most this long ago counts as one that just happened, ms. */
const JUST_MS = 2_400;
/** From this share of the way down on, a movement is labelled as a fall. */
const FALLING = 0.75;

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    scenes: { type: 'string', default: '8000' },
    seed: { type: 'string', default: '1' },
  },
});
if (!values.out) {
  console.error(
    'Name the file to write: node bench/posture-data.ts --out FILE [--scenes N] [--seed N]',
  );
  process.exit(2);
}
const random = new Random(Number(values.seed));
const file = createWriteStream(values.out);
const row = new Float32Array(INPUTS + 3);
/** Records the windows that the network would get in the worker. */
const watched = {
  isAlwaysEvaluated: true as const,
  answer(window: Float32Array) {
    row.set(window);
    return { lying: 0, fell: 0 };
  },
};
let rows = 0;
for (let scene = 0; scene < Number(values.scenes); scene++) {
  for (const bytes of rowsOf(scene)) {
    rows++;
    if (!file.write(bytes)) await once(file, 'drain');
  }
}
file.end();
await once(file, 'finish');
console.log(JSON.stringify({ rows, columns: INPUTS + 3, ...WINDOW, postures: POSTURE_NAMES }));

function* rowsOf(number: number): Generator<Uint8Array> {
  const { act, picture, frames } = someScene(random);
  const memory = emptyBody();
  let next = random.between(200, 900);
  for (const { at, told, name } of frames) {
    if (!told) continue;
    judgePosture(memory, told, at, picture, watched);
    if (at < next) continue;
    next = at + random.between(250, 700);
    row[INPUTS] = POSTURE_NAMES.indexOf(name);
    row[INPUTS + 1] = fellJustNow(act, at) ? 1 : 0;
    row[INPUTS + 2] = number;
    yield new Uint8Array(row.buffer.slice(0));
  }
}

function fellJustNow({ falls }: Act, at: number): boolean {
  return falls.some(([from, to]) => at >= from + FALLING * (to - from) && at - to <= JUST_MS);
}
