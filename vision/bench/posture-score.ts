import { parseArgs } from 'node:util';
import { emptyEvidence, weigh } from '../src/judge/evidence.ts';
import { DOWN, emptyBody, judgePosture } from '../src/judge/posture.ts';
import type { PostureJudge } from '../src/judge/posture-learnt.ts';
import { type PostureNet, postureNet, postureNetProblem } from '../src/judge/posture-net.ts';
import { INPUTS } from '../src/judge/posture-window.ts';
import { DEFAULT_TIMES } from '../src/judge/watches.ts';
import { Random } from './posture/random.ts';
import { type Scene, someScene } from './posture/scene.ts';

/*
 * What the rule person-down finds in simulated scenes (models/posture/recipe), by the measures of the body alone and
 * with the posture network. Falls count where the body lies for 3.2 s and longer.
 */

/** Longer than the confirm time. */
const LEAST_LYING_MS = 3_200;
/** The last frame is repeated for this long, ms. */
const HELD_MS = 3_000;

const { values } = parseArgs({
  options: {
    scenes: { type: 'string', default: '800' },
    seed: { type: 'string', default: '777' },
  },
});
const none: PostureJudge = { answer: () => ({ lying: 0, fell: 0 }) };
const network = postureNet();
if (!network) throw new Error(postureNetProblem() ?? 'there is no posture network');
/** The rule before the network; with the condition on the hips; and with the network. */
const nets = { measures: null, withHips: none, withNetwork: network };
const ways = ['measures', 'withHips', 'withNetwork'] as const;
const random = new Random(Number(values.seed));
const figures = { falls: 0, daily: 0 };
const found = { measures: 0, withHips: 0, withNetwork: 0 };
const alarms = { measures: 0, withHips: 0, withNetwork: 0 };
for (let n = 0; n < Number(values.scenes); n++) {
  const scene = someScene(random);
  const [fall] = scene.act.falls;
  const up = fall && scene.frames.find(({ at, name }) => at > fall[1] && name !== 'lying');
  if (fall && up && up.at - fall[1] < LEAST_LYING_MS) continue;
  if (fall) figures.falls++;
  else figures.daily++;
  for (const by of ways) {
    const records = recordsOf(scene, nets[by]);
    const ofFall = records.filter((from) => fall && from >= fall[0] - 1000).length;
    found[by] += ofFall > 0 ? 1 : 0;
    alarms[by] += records.length - ofFall;
  }
}
console.log(JSON.stringify({ ...figures, found, alarms, answerMs: answerMs(network) }));

/** Median time of an answer, ms. */
function answerMs(net: PostureNet): number {
  const window = new Float32Array(INPUTS).map(() => random.between(-1, 1));
  const times = Array.from({ length: 2_001 }, () => {
    const begun = performance.now();
    net.answer(window);
    return performance.now() - begun;
  });
  return times.sort((a, b) => a - b)[1_000]!;
}

/** When the evidence of each record began, ms. */
function recordsOf({ frames, fps, picture }: Scene, net: PostureJudge | null): number[] {
  const body = emptyBody();
  const evidence = emptyEvidence();
  const times = DEFAULT_TIMES['person-down'];
  const records: number[] = [];
  const last = frames.at(-1)!;
  const held = Array.from({ length: Math.round((HELD_MS / 1000) * fps) }, (_, n) => ({
    ...last,
    at: last.at + Math.round(((n + 1) * 1000) / fps),
  }));
  for (const { at, told } of [...frames, ...held]) {
    if (!told) continue;
    const sight = judgePosture(body, told, at, picture, net);
    const confirm = body.fell ? times.confirm : DOWN.foundLyingSeconds;
    const ms = { confirm: 1000 * confirm, clear: 1000 * times.clear, doubt: 0 };
    const event = weigh(evidence, sight, at, ms);
    if (event?.kind === 'ended') evidence.open = null;
    if (event?.kind !== 'confirmed') continue;
    records.push(event.startedAt);
    evidence.open = { violation: '', rule: 'person-down', ruleId: '', track: null, heldAt: at };
  }
  return records;
}
