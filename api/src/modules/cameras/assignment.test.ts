import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignCameras, type CameraToAssign, cameraToMove, type LiveWorker } from './assignment.ts';

const names = ['worker-1', 'worker-2', 'worker-3', 'worker-4'];
const workersOf = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom(...names),
    capacity: fc.integer({ min: 1, max: 60 }),
    most: fc.option(fc.integer({ min: 0, max: 6 }), { nil: null, freq: 3 }),
  }),
  { selector: ({ name }) => name, maxLength: 4 },
);
/** A worker that is gone is no holder: its leases are ended first. */
const camerasOf = (workers: readonly LiveWorker[], withOlder = false) =>
  fc.uniqueArray(
    fc.record({
      id: fc.integer({ min: 1, max: 40 }).map((n) => `camera-${n}`),
      cost: fc.constantFrom(0, 1, 2, 5, 5, 5, 10),
      worker: fc.option(fc.constantFrom(...names), { nil: null, freq: 4 }),
      holder: fc.option(
        fc.constantFrom(...workers.map(({ name }) => name), ...(withOlder ? ['older'] : [null])),
        { nil: null },
      ),
    }),
    { selector: ({ id }) => id, maxLength: 14 },
  );
const plants = workersOf.chain((workers) =>
  fc.record({ workers: fc.constant(workers), cameras: camerasOf(workers, true) }),
);
const count = (given: Map<string, string | null>, name: string) =>
  [...given.values()].filter((one) => one === name).length;
const held = (cameras: readonly CameraToAssign[], given: Map<string, string | null>) =>
  cameras.map((camera) => ({ ...camera, holder: given.get(camera.id) ?? null }));

describe('the assignment of cameras', () => {
  it('gives each camera to one live worker where one may take it, and a named one to its own alone', () => {
    fc.assert(
      fc.property(plants, ({ workers, cameras }) => {
        const given = assignCameras(cameras, workers);
        expect([...given.keys()].sort()).toEqual(cameras.map(({ id }) => id).sort());
        const room = workers.some(({ name, most }) => most === null || count(given, name) < most);
        for (const { id, worker, holder } of cameras) {
          const to = given.get(id);
          if (worker !== null) {
            expect(to).toBe(workers.some(({ name }) => name === worker) ? worker : null);
          } else if (to === null) expect(room).toBe(false);
          else expect([...workers.map(({ name }) => name), holder]).toContain(to);
        }
      }),
    );
  });

  it('keeps to the most cameras of a worker, but for those that name it', () => {
    fc.assert(
      fc.property(plants, ({ workers, cameras }) => {
        const given = assignCameras(cameras, workers);
        for (const { name, most } of workers) {
          const named = cameras.filter(({ worker }) => worker === name).length;
          if (most !== null) expect(count(given, name)).toBeLessThanOrEqual(Math.max(most, named));
        }
      }),
    );
  });

  it('moves no camera of a worker that has room for it, whatever else comes or goes', () => {
    fc.assert(
      fc.property(plants, ({ workers, cameras }) => {
        const given = assignCameras(cameras, workers);
        const again = held(cameras, given);
        expect(assignCameras(again, workers)).toEqual(given);
        // One goes: only its own cameras move.
        for (const { name: gone } of workers) {
          const rest = workers.filter(({ name }) => name !== gone);
          const free = again.map((one) => (one.holder === gone ? { ...one, holder: null } : one));
          const after = assignCameras(free, rest);
          for (const { id, holder } of again) {
            if (holder !== null && holder !== gone) expect(after.get(id)).toBe(holder);
          }
        }
      }),
    );
  });

  it('does not depend on the order of what it is given', () => {
    fc.assert(
      fc.property(plants, ({ workers, cameras }) => {
        const given = [...assignCameras(cameras, workers)].sort();
        const other = assignCameras(cameras.toReversed(), workers.toReversed());
        expect([...other].sort()).toEqual(given);
        expect(cameraToMove(cameras.toReversed(), workers.toReversed())).toEqual(
          cameraToMove(cameras, workers),
        );
      }),
    );
  });

  it('comes to rest after a few moves, and never moves a camera that names its worker', () => {
    fc.assert(
      fc.property(plants, ({ workers, cameras }) => {
        let now = held(cameras, assignCameras(cameras, workers));
        let moves = 0;
        for (;;) {
          const move = cameraToMove(now, workers);
          if (!move) break;
          expect(now.find(({ id }) => id === move.camera)).toMatchObject({
            worker: null,
            holder: move.from,
          });
          now = now.map((one) => (one.id === move.camera ? { ...one, holder: move.to } : one));
          moves += 1;
          expect(moves).toBeLessThanOrEqual(cameras.length * 3);
        }
      }),
    );
  });

  it('spreads equal cameras over equal workers, and a new worker gets its share by moves', () => {
    const cameras = Array.from({ length: 6 }, (_, n) => ({
      id: `camera-${n}`,
      cost: 5,
      worker: null,
      holder: null as string | null,
    }));
    const worker = (name: string, capacity = 20) => ({ name, capacity, most: null });
    const both = assignCameras(cameras, [worker('worker-1'), worker('worker-2')]);
    expect([count(both, 'worker-1'), count(both, 'worker-2')]).toEqual([3, 3]);
    const uneven = assignCameras(cameras, [worker('worker-1', 40), worker('worker-2', 20)]);
    expect([count(uneven, 'worker-1'), count(uneven, 'worker-2')]).toEqual([4, 2]);
    let now = cameras.map((one) => ({ ...one, holder: 'worker-1' }));
    for (;;) {
      const move = cameraToMove(now, [worker('worker-1'), worker('worker-2')]);
      if (!move) break;
      now = now.map((one) => (one.id === move.camera ? { ...one, holder: move.to } : one));
    }
    expect(now.filter(({ holder }) => holder === 'worker-2')).toHaveLength(3);
  });
});
