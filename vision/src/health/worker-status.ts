import type { WorkerConfiguration, WorkerStatus } from '@anshi/contracts';
import type { CameraSet } from '../camera-set.ts';
import type { FrameScheduler } from '../detect/frame-scheduler.ts';
import type { Models } from '../models-folder.ts';
import type { DiskFigures, Room } from '../record/room.ts';
import type { Records } from '../records.ts';

/** What a status is made of. */
export interface StatusParts {
  readonly worker: string;
  readonly http: string;
  readonly cameras: Pick<CameraSet, 'all' | 'budgetProblem'>;
  readonly models: Models;
  readonly records: Pick<Records, 'outbox' | 'problem'>;
  readonly room: Pick<Room, 'forRing' | 'figures'>;
  readonly liveEngine: string;
  readonly configuration: WorkerConfiguration | null;
  /** Of the other parts, the most important first; null for none. */
  readonly problems: readonly (string | null)[];
}

/** What a worker says of itself while it runs. */
export function statusOf(parts: StatusParts): WorkerStatus {
  const { worker, http, cameras, models, records, room, liveEngine, configuration } = parts;
  const first = cameras.all[0]?.config.model;
  const model = models.ppe.get(first ?? '') ?? [...models.ppe.values()][0];
  const problems = [...parts.problems, records.problem, idleRules(cameras)];
  return {
    worker,
    online: true,
    at: new Date().toISOString(),
    http,
    cameras: cameras.all.map((camera) => camera.config.id),
    liveEngine,
    model: model ? { name: model.name, version: model.version } : null,
    outbox: records.outbox.count,
    problem: problems.find((problem) => problem != null) ?? null,
    recording: room.forRing,
    disk: roughly(room.figures),
    warnings: [
      ...(cameras.budgetProblem === null ? [] : [cameras.budgetProblem]),
      ...cameras.all.flatMap((camera) => camera.warnings),
    ],
    configuration,
  };
}

/** Of the first camera whose rules cannot run without a pose model. */
function idleRules({ all }: Pick<CameraSet, 'all'>): string | null {
  for (const { idleRules } of all) if (idleRules) return idleRules;
  return null;
}

/** In steps of a hundredth of the disk: the status is told where it changes, and that not all the time. */
function roughly({ freeBytes, totalBytes }: DiskFigures): DiskFigures {
  const step = Math.max(1, Math.round(totalBytes / 100));
  return { freeBytes: Math.round(freeBytes / step) * step, totalBytes };
}

/** Delays of the event loop as people read them, milliseconds. */
export function delayOf(delay: { percentile(share: number): number; readonly max: number }) {
  const ms = (nanoseconds: number) => Math.round(nanoseconds / 1e4) / 100;
  return { p50: ms(delay.percentile(50)), p99: ms(delay.percentile(99)), max: ms(delay.max) };
}

/** Each camera as `GET /health` tells it. */
export const detailsOf = (
  { all }: Pick<CameraSet, 'all'>,
  scheduler: Pick<FrameScheduler, 'load'>,
) =>
  all.map((camera) => ({
    ...camera.health(),
    load: scheduler.load(camera.config.id),
    problems: camera.problems,
    log: camera.log.slice(-20),
  }));
