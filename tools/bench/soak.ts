import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { randomOf } from '@anshi/contracts/testing/random';
import type { Plant } from '../plant/plant.ts';
import { DelayLine } from './delay-line.ts';
import { FaultWorld } from './fault-world.ts';
import {
  DATABASE_WARM_UP_SECONDS,
  type MemorySample,
  memoryOf,
  memorySlope,
} from './memory-slope.ts';
import { inOwnFolder } from './plant-folder.ts';
import { callAs } from './plant-users.ts';
import { note, quantile, tell } from './result.ts';
import { SOAK_FAULTS, type SoakFault, SoakFaults, type SoakRound } from './soak-faults.ts';
import { TARGETS } from './targets.ts';

/*
 * The demo hall for an hour with faults that a plant has each day: how the memory of each process
 * goes, whether all is well again each time, and how soon a delay or an interruption is noticed.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: '1' },
  },
});
const minutes = Number(values.minutes);
const workers = Number(values.workers);
if (!(minutes > 0 && minutes <= 10_080)) {
  console.error(`--minutes must be above 0 and at most 10080, not "${values.minutes}"`);
  process.exit(2);
}
if (!(Number.isInteger(workers) && workers >= 1 && workers <= 8)) {
  console.error(`--workers must be a whole number from 1 to 8, not "${values.workers}"`);
  process.exit(2);
}
const PATIENCE_SECONDS = 180;
const SAMPLE_MS = 5_000;
/** From one fault that is over to the next one, seconds. */
const PAUSE = { least: 15, most: 45 };
/** The database is killed only in the first third of the run: its memory is measured after its last restart. */
const DATABASE_KILLS_UNTIL = 1 / 3;
/** The camera whose stream comes over a line that delays it. */
const DELAYED = 'aisle';

await inOwnFolder('soak', async (folder, register) => {
  let plant: Plant | undefined;
  const line = await DelayLine.open(() => plant?.rtspPort ?? 0);
  const address = (port: number | string) => `rtsp://127.0.0.1:${port}/${DELAYED}`;
  const world = await FaultWorld.open({
    folder,
    workers,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how cameras.yaml names a variable
    cameras: (file) => file.replace(address('${ANSHI_SIM_RTSP_PORT}'), address(line.port)),
    register: (made) => {
      plant = made;
      register(made);
    },
  });
  const ill = await world.wellAgain(Date.now(), PATIENCE_SECONDS * 1000);
  if (ill.length > 0) throw new Error(`it does not start: ${ill.join('; ')}`);
  const begin = performance.now();
  const second = () => (performance.now() - begin) / 1000;
  note(`all is well; ${minutes} minutes, seed ${values.seed}`);

  const samples = new Map<string, MemorySample[]>();
  const sampling = setInterval(() => {
    for (const [name, pid] of world.processes()) {
      const mib = memoryOf(pid, name === 'database');
      if (mib === null) continue;
      const of = samples.get(name) ?? [];
      samples.set(name, of);
      of.push({ pid, seconds: second(), mib });
    }
  }, SAMPLE_MS);

  const faults = new SoakFaults(world, line, await callAs(world.plant, 'maintainer'), DELAYED);
  const random = randomOf(values.seed);
  const rounds: SoakRound[] = [];
  let left: SoakFault[] = [];
  for (;;) {
    const pause = random.between(PAUSE.least, PAUSE.most);
    if (second() + pause > minutes * 60) break;
    await sleep(pause * 1000);
    const allowsDatabase = second() < minutes * 60 * DATABASE_KILLS_UNTIL;
    const possible = (kind: SoakFault) => allowsDatabase || kind !== 'database';
    left = left.filter(possible);
    if (left.length === 0) left = SOAK_FAULTS.filter(possible);
    const [kind] = left.splice(Math.floor(random.unit() * left.length), 1);
    const round = await faults.run(kind!, random.unit(), PATIENCE_SECONDS);
    const { name, noticed, recovery } = round;
    rounds.push(round);
    note(
      `${name}${noticed === undefined ? '' : `, noticed after ${noticed?.toFixed(1) ?? 'no time'} s`}, all well after ${recovery?.toFixed(1) ?? 'no time'} s`,
    );
    if (recovery === null) break;
  }
  while (second() < minutes * 60) await sleep(1_000);
  clearInterval(sampling);
  const lost = await world.lost();
  await world.end();
  await line.close();

  const slopes = [...samples].flatMap(([name, of]) => {
    const found = memorySlope(of, name === 'database' ? DATABASE_WARM_UP_SECONDS : undefined);
    return found ? [{ name, ...found }] : [];
  });
  const growing = slopes.filter(({ low }) => low > TARGETS.memoryMibPerHour);
  for (const { name, low } of growing) note(`${name} grows by more than ${low.toFixed(1)} MiB/h`);
  const recoveries = rounds.flatMap(({ recovery }) => recovery ?? []);
  const noticed = rounds.flatMap((round) => (round.noticed === undefined ? [] : [round.noticed]));
  const unnoticed = noticed.filter((one) => one === null || one > TARGETS.noticedSeconds).length;
  const noticedWorst = Math.max(0, ...noticed.map((one) => one ?? 0));
  const unrecovered = rounds.length - recoveries.length;
  tell({
    bench: 'soak',
    ok:
      rounds.length > 0 &&
      slopes.length > 0 &&
      growing.length === 0 &&
      unrecovered === 0 &&
      unnoticed === 0 &&
      lost === 0,
    figures: {
      minutes: second() / 60,
      workers,
      faults: rounds.length,
      unrecovered,
      recoveryP50S: quantile(recoveries, 0.5),
      recoveryWorstS: Math.max(0, ...recoveries),
      noticed: noticed.length,
      noticedLate: unnoticed,
      noticedWorstS: noticedWorst,
      lost,
      growing: growing.length,
      ...Object.fromEntries(
        slopes.flatMap(({ name, slope, low, high }) => [
          [`${keyOf(name)}MibPerHour`, slope],
          [`${keyOf(name)}MibPerHourLow`, low],
          [`${keyOf(name)}MibPerHourHigh`, high],
        ]),
      ),
    },
    ratio: noticedWorst / TARGETS.noticedSeconds,
    against: `seconds until a delay or an interruption is noticed, ${TARGETS.noticedSeconds} at most`,
  });
});

/** `ffmpeg hall-west` as `ffmpegHallWest`. */
function keyOf(name: string): string {
  return name.replace(/[ -](\w)/g, (_, letter: string) => letter.toUpperCase());
}
