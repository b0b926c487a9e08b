import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { runFaults } from './fault-drill.ts';
import { FAULT_KINDS } from './fault-plan.ts';
import { FaultWorld } from './fault-world.ts';
import { inOwnFolder } from './plant-folder.ts';
import { note, quantile, tell } from './result.ts';
import { TARGETS, targetOf } from './targets.ts';

/*
 * The demo hall with several workers, whose processes are killed in random order: what the truth of the
 * clips says, and what workers confirmed, against what is on record.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: '2' },
    target: { type: 'string' },
  },
});
const minutes = Number(values.minutes);
const workers = Number(values.workers);
if (!(minutes > 0 && minutes <= 1440)) {
  console.error(`--minutes must be above 0 and at most 1440, not "${values.minutes}"`);
  process.exit(2);
}
if (!(Number.isInteger(workers) && workers >= 1 && workers <= 8)) {
  console.error(`--workers must be a whole number from 1 to 8, not "${values.workers}"`);
  process.exit(2);
}
const targetSeconds = targetOf(values.target, TARGETS.faultRecoverySeconds);
/** All is well within this, or the run ends there. */
const PATIENCE_SECONDS = 180;
/** What was seen at the end may be confirmed so much later. */
const GRACE_SECONDS = 15;

await inOwnFolder('faults', async (folder, register) => {
  const world = await FaultWorld.open({ folder, workers, register });
  const wrong = await world.wellAgain(Date.now(), PATIENCE_SECONDS * 1000);
  if (wrong.length > 0) throw new Error(`it does not start: ${wrong.join('; ')}`);
  const second = () => (Date.now() - world.begin) / 1000;
  const from = second();
  note(`all is well after ${from.toFixed(0)} s; ${minutes} minutes of kills, seed ${values.seed}`);
  const injected = await runFaults(world, {
    seed: values.seed,
    seconds: minutes * 60,
    pauses: { least: 2, most: 12 },
    patience: PATIENCE_SECONDS,
    say: note,
  });
  const to = second();
  await sleep(GRACE_SECONDS * 1000);
  const records = await world.allRecorded();
  const alarms = await world.alarms();
  const { notes, ...score } = await world.score(records, from, to);
  for (const line of notes) note(line);

  const recoveries = injected.flatMap(({ recovery }) => (recovery === null ? [] : [recovery]));
  const unrecovered = injected.length - recoveries.length;
  const slowest = Math.max(0, ...recoveries);
  const lost = score.lost + score.missed + score.movedLost;
  const ok =
    injected.length > 0 &&
    score.episodes > 0 &&
    lost <= TARGETS.faultsLost &&
    score.doubled + score.movedDoubled <= TARGETS.faultsDoubled &&
    alarms.doubled === 0 &&
    alarms.open === 0 &&
    unrecovered === 0 &&
    slowest <= targetSeconds;
  const perKind = FAULT_KINDS.map((kind) => [
    `${kind}Kills`,
    injected.filter((one) => one.kind === kind).length,
  ]);
  tell({
    bench: 'faults',
    ok,
    figures: {
      minutes: (to - from) / 60,
      workers,
      faults: injected.length,
      ...Object.fromEntries(perKind),
      unrecovered,
      recoveryP50S: quantile(recoveries, 0.5),
      recoveryWorstS: slowest,
      ...score,
      alarms: alarms.alarms,
      alarmsOpen: alarms.open,
      alarmsDoubled: alarms.doubled,
    },
    ratio: slowest / targetSeconds,
    against: `seconds until all is well after a kill, ${targetSeconds} at most`,
  });
});
