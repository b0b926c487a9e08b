import { parentPort, workerData } from 'node:worker_threads';
import { COUNTS, type FloorBatch, type NamingThreadData, type Said } from './messages.ts';
import { NamedFloor } from './named-floor.ts';

/* The thread in which names are decided, for all floor plans of a worker. */

const counts = new Int32Array((workerData as NamingThreadData).counts);
const floors = new Map<string, NamedFloor>();
let isDecision = false;

parentPort?.on('message', ({ floorPlan, inputs }: FloorBatch) => {
  let floor = floors.get(floorPlan);
  if (!floor) {
    floor = new NamedFloor({
      onStatement: (statement) => say({ statement }),
      onDecision: ({ at, identities, handOvers }) => {
        isDecision = true;
        const tracks = identities.flatMap(({ state, camera, track, handle }) =>
          state === 'confirmed' && handle !== null ? [{ camera, track, handle }] : [],
        );
        say({ confirmed: { floorPlan, at, tracks } });
        for (const handOver of handOvers) say({ handOver: { floorPlan, ...handOver } });
      },
    });
    floors.set(floorPlan, floor);
  }
  isDecision = false;
  const began = performance.now();
  for (const input of inputs) floor.take(input);
  if (isDecision) count(performance.now() - began);
  Atomics.add(counts, COUNTS.taken, 1);
});

function say(said: Said): void {
  parentPort?.postMessage(said);
}

function count(ms: number): void {
  const micros = Math.min(2 ** 31 - 1, Math.round(1000 * ms));
  Atomics.add(counts, COUNTS.decisions, 1);
  Atomics.store(counts, COUNTS.lastMicros, micros);
  if (micros > Atomics.load(counts, COUNTS.longestMicros)) {
    Atomics.store(counts, COUNTS.longestMicros, micros);
  }
}
