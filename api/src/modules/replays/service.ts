import {
  LONGEST_REPLAY_MS,
  MOST_REPLAYED,
  type ReplayRequest,
  type ReplayState,
  replayState,
} from '@anshi/contracts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { Platform } from '../../platform/module.ts';
import type { CameraConfigurations } from '../cameras/config-service.ts';
import type { CameraStates } from '../cameras/health.ts';
import type { CamerasService } from '../cameras/service.ts';
import { type AskWorker, newViewId, reasonIn } from '../live/worker-requests.ts';
import { besideDraft } from './beside.ts';
import {
  type DraftTest,
  type DraftTestRequest,
  type NearMissRequest,
  type RecordedFinding,
  type ReplayStarted,
  SPANS,
} from './schema.ts';

/** A test ends this long before now, ms: later records may not have arrived yet, and would count as not recorded. */
const ON_THE_WAY_MS = 5_000;

export type ReplaysService = ReturnType<typeof createReplaysService>;

/** A replay at a worker, as its id names it. */
interface Replayed {
  worker: string;
  view: string;
  from: number;
  to: number;
}

/** Who asks; the session binds a replay to the person who began it. */
export interface Asker {
  user: User;
  session: string;
}

const idOf = ({ worker, view, from, to }: Replayed): string =>
  [worker, view, from.toString(36), to.toString(36)].join('.');
const ID = /^([a-z0-9-]{1,64})\.([0-9a-f]{32})\.([0-9a-z]{1,9})\.([0-9a-z]{1,9})$/;

/** @throws Problem where it is no id of a replay. */
function replayOf(id: string): Replayed {
  const [, worker = '', view, from = '', to = ''] = ID.exec(id) ?? [];
  if (view === undefined) throw new Problem('replay.unknown');
  return { worker, view, from: Number.parseInt(from, 36), to: Number.parseInt(to, 36) };
}

/**
 * Replays of recorded observations. They lie on the disk of the worker that watches the camera, and it judges
 * them again; each request to it is signed and bound to the session of the person who asks.
 */
export function createReplaysService(options: {
  units: Platform['units'];
  cameras: CamerasService;
  configurations: Pick<CameraConfigurations, 'draft'>;
  states: CameraStates;
  ask: AskWorker;
}) {
  const { units, cameras, configurations, states, ask } = options;

  async function start(
    camera: string,
    request: { config: ReplayRequest['config']; from: number; to: number },
    { session }: Asker,
  ): Promise<ReplayStarted> {
    const worker = states.workerOf(camera);
    if (!worker) throw new Problem('replay.unavailable', states.health(camera)?.fault?.message);
    const [from, to] = [request.from, request.to].map((ms) => new Date(ms).toISOString());
    const view = newViewId();
    const body = JSON.stringify({ config: request.config, from, to });
    const { answer, text } = await ask({
      worker: { id: worker.worker, http: worker.http },
      action: 'replay',
      view,
      camera,
      session,
      replay: { method: 'POST', body },
    });
    if (answer.status === 429) throw new Problem('replay.busy');
    if (answer.status !== 202) throw new Problem('replay.refused', reasonIn(text));
    const id = idOf({ worker: worker.worker, view, from: request.from, to: request.to });
    return { id, from: from as string, to: to as string };
  }

  async function atWorker(
    camera: string,
    { worker: name, view }: Replayed,
    session: string,
    method: 'GET' | 'DELETE',
  ): Promise<string> {
    const worker = states.workers().find(({ worker, online }) => worker === name && online);
    if (!worker?.http) throw new Problem('replay.unavailable');
    const { answer, text } = await ask({
      worker: { id: worker.worker, http: worker.http },
      action: 'replay',
      view,
      camera,
      session,
      replay: { method },
    });
    if (answer.status === 404) throw new Problem('replay.unknown');
    if (!answer.ok) throw new Problem('replay.refused', reasonIn(text));
    return text;
  }

  async function state(camera: string, id: string, session: string): Promise<ReplayState> {
    const text = await atWorker(camera, replayOf(id), session, 'GET');
    try {
      return replayState.parse(JSON.parse(text));
    } catch {
      throw new Problem(
        'replay.refused',
        'The answer of the worker is none that this version knows.',
      );
    }
  }

  /** What was recorded of a camera in a time. */
  const recordedIn = (user: User, camera: string, { from, to }: Replayed) =>
    units.run(user, async ({ tx }) => {
      const where = { camera, confirmedAt: { gte: new Date(from), lt: new Date(to) } };
      const rows = await tx.violation.findMany({
        where,
        orderBy: [{ confirmedAt: 'asc' }, { id: 'asc' }],
        take: MOST_REPLAYED.records,
      });
      const items = rows.map((row) => ({
        id: row.id,
        ruleId: row.ruleId,
        // The column holds what the event's schema validated.
        rule: row.rule as RecordedFinding['rule'],
        item: row.item,
        startedAt: row.startedAt.toISOString(),
        confirmedAt: row.confirmedAt.toISOString(),
        endedAt: row.endedAt?.toISOString() ?? null,
      }));
      return { items, inAll: await tx.violation.count({ where }) };
    });

  /** @throws Problem where the camera is not one that the person may configure. */
  const requireManaged = (user: User, camera: string) => configurations.draft(user, camera, {});

  return {
    /** Judges recorded observations by a draft; nothing is recorded. */
    async testDraft(camera: string, { span, ...draft }: DraftTestRequest, asker: Asker) {
      const { tls: _, ...config } = await configurations.draft(asker.user, camera, draft);
      const to = Date.now() - ON_THE_WAY_MS;
      return start(camera, { config, from: to - SPANS[span], to }, asker);
    },

    async draftTest(camera: string, id: string, { user, session }: Asker): Promise<DraftTest> {
      await requireManaged(user, camera);
      const now = await state(camera, id, session);
      // What is recorded is divided by its place, the test by the camera.
      if (!now.result || !cameras.isWithin(user.account, 'violation:read', camera)) {
        return { ...now, recorded: null, recordedInAll: null };
      }
      const { items, inAll } = await recordedIn(user, camera, replayOf(id));
      return { ...now, recorded: besideDraft(items, now.result), recordedInAll: inAll };
    },

    async cancelDraftTest(camera: string, id: string, { user, session }: Asker): Promise<void> {
      await requireManaged(user, camera);
      await atWorker(camera, replayOf(id), session, 'DELETE');
    },

    /** Judges them by the configuration of their time, for what was almost recorded. */
    async findNearMisses(camera: string, { from, to }: NearMissRequest, asker: Asker) {
      cameras.require(asker.user.account, 'violation:read', camera);
      const time = { from: Date.parse(from), to: Date.parse(to) };
      const length = time.to - time.from;
      if (!(length > 0) || length > LONGEST_REPLAY_MS) throw new Problem('replay.time');
      return start(camera, { config: null, ...time }, asker);
    },

    async nearMisses(camera: string, id: string, { user, session }: Asker): Promise<ReplayState> {
      cameras.require(user.account, 'violation:read', camera);
      return state(camera, id, session);
    },

    async cancelNearMisses(camera: string, id: string, { user, session }: Asker): Promise<void> {
      cameras.require(user.account, 'violation:read', camera);
      await atWorker(camera, replayOf(id), session, 'DELETE');
    },
  };
}
