import type { Account } from '../../platform/access/account.ts';
import { actorOf } from '../../platform/access/account.ts';
import type { Views } from '../../platform/audit/views.ts';
import type { Database, Transaction } from '../../platform/db/database.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import type { EvidenceStore } from '../../platform/store/content.ts';
import type { CameraStates } from '../cameras/health.ts';
import type { CamerasService } from '../cameras/service.ts';
import type { IncidentsService } from '../incidents/service.ts';
import { isWithinReach } from '../incidents/view.ts';
import { asReader } from '../violations/reach.ts';
import { orderScene, type SceneOrders } from './order.ts';
import type { SceneClipRow } from './rows.ts';
import type { SceneClip, SceneClipList } from './schema.ts';

/** Clips of the other cameras at the place of an incident, as accounts ask for them and see them. */
export function createSceneClips(options: {
  database: Database;
  units: Units;
  views: Views;
  store: Pick<EvidenceStore, 'size'>;
  incidents: Pick<IncidentsService, 'find' | 'findWhole'>;
  cameras: { service: Pick<CamerasService, 'isWithin'>; states: Pick<CameraStates, 'workerOf'> };
  orders: SceneOrders;
}) {
  const { database, units, views, store, incidents, cameras, orders } = options;

  const isWhole = async (tx: Transaction, id: string, account: Account): Promise<boolean> =>
    isWithinReach(tx, id, asReader(account), 'whole');

  async function rowsOf(tx: Transaction, incident: string): Promise<SceneClipRow[]> {
    const members = await tx.incidentFinding.findMany({ where: { incidentId: incident } });
    return rowsOfFindings(
      tx,
      members.map(({ findingId }) => findingId),
    );
  }

  const rowsOfFindings = (tx: Transaction, findings: readonly string[]): Promise<SceneClipRow[]> =>
    tx.sceneClip.findMany({
      where: { violationId: { in: [...findings] } },
      orderBy: [{ orderedAt: 'asc' }, { id: 'asc' }],
    });

  /** Marks those whose file was removed at the end of its term. */
  async function withPurged(tx: Transaction, rows: readonly SceneClipRow[]) {
    const files = rows.flatMap(({ clipSha256, clipBlurredSha256 }) => [
      clipSha256 ?? [],
      clipBlurredSha256 ?? [],
    ]);
    const purged = new Set(
      (await tx.purgedFile.findMany({ where: { sha256: { in: files.flat() } } })).map(
        ({ sha256 }) => sha256,
      ),
    );
    return rows.map((row) => ({
      ...row,
      isPurged: purged.has(row.clipBlurredSha256 ?? row.clipSha256 ?? ''),
    }));
  }

  /** The clips of findings, of cameras that the account may see. */
  const ofFindings = async (tx: Transaction, findings: readonly string[], account: Account) =>
    withPurged(tx, (await rowsOfFindings(tx, findings)).filter(mayBeSeenBy(account)));

  const mayBeSeenBy =
    (account: Account) =>
    ({ camera }: SceneClipRow): boolean =>
      cameras.service.isWithin(account, 'camera:read', camera);

  async function show(tx: Transaction, incident: string, account: Account): Promise<SceneClipList> {
    const rows = await withPurged(tx, (await rowsOf(tx, incident)).filter(mayBeSeenBy(account)));
    const canOrder =
      account.permissions.has('violation:review') &&
      (await isWithinReach(tx, incident, { account, right: 'violation:review' }, 'whole'));
    return {
      incident,
      items: rows.map((row) => ({
        id: row.id,
        finding: row.violationId,
        camera: row.camera,
        cameraName: row.cameraName as Bilingual,
        ...stateOf(row, {
          incident,
          isPurged: row.isPurged,
          isAway: cameras.states.workerOf(row.camera) === null,
        }),
      })),
      canOrder,
    };
  }

  return {
    ofFindings,

    /**
     * Lists the clips of the incident's current findings. A reader who may not see the whole incident gets none.
     *
     * @throws Problem `incident.unknown`, also for one out of reach.
     */
    list: ({ account }: User, id: string): Promise<SceneClipList> =>
      database.transaction(actorOf(account), async (tx) => {
        const { id: incident } = await incidents.find(tx, id, asReader(account));
        if (!(await isWhole(tx, incident, account))) {
          return { incident, items: [], canOrder: false };
        }
        return show(tx, incident, account);
      }),

    /**
     * Asks for the clips of the other cameras at the time of a finding, and for the renditions of those that are kept.
     *
     * @throws Problem `incident.unknown`, `incident.finding-unknown`
     */
    order: (user: User, id: string, finding: string): Promise<SceneClipList> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const { account } = user;
        const { id: incident } = await incidents.findWhole(tx, id, {
          account,
          right: 'violation:review',
        });
        const member = await tx.incidentFinding.findFirst({
          where: { incidentId: incident, findingId: finding },
          include: { violation: true },
        });
        if (!member) throw new Problem('incident.finding-unknown');
        const visible = {
          ...orders,
          cameras: () =>
            orders
              .cameras()
              .filter((camera) => cameras.service.isWithin(account, 'camera:read', camera.id)),
        };
        await orderScene(unit, visible, member.violation, account.id);
        return show(tx, incident, account);
      }),

    /**
     * Finds the rendition of a clip, and logs the view.
     *
     * @throws Problem where there is none that the account may see.
     */
    async file({ account, ...user }: User, id: string, clip: string) {
      const row = await database.transaction(actorOf(account), async (tx) => {
        const { id: incident } = await incidents.findWhole(tx, id, asReader(account));
        const found = (await rowsOf(tx, incident)).find((one) => one.id === clip);
        return found && cameras.service.isWithin(account, 'camera:read', found.camera)
          ? { ...found, incident }
          : null;
      });
      if (!row?.clipSha256) throw new Problem('evidence.unknown', row?.missingMessage ?? undefined);
      if (row.clipBlurredSha256 === null) {
        if (row.clipBlurFailed !== null)
          throw new Problem('evidence.blur-failed', row.clipBlurFailed);
        throw new Problem('evidence.being-blurred');
      }
      const sha256 = row.clipBlurredSha256;
      const bytes = await store.size(user.tenant, sha256);
      if (bytes === null) throw new Problem('evidence.purged');
      await views.note(
        { ...user, account },
        { entity: 'incident', id: row.incident, what: `clip of ${row.camera}` },
      );
      return { tenant: user.tenant, sha256, bytes };
    },
  };
}

function stateOf(
  row: SceneClipRow,
  { incident, isPurged, isAway }: { incident: string; isPurged: boolean; isAway: boolean },
): Pick<SceneClip, 'state' | 'missing' | 'clip'> {
  const missing = (reason: string, message: string | null) => ({
    state: 'missing' as const,
    missing: { reason, message: message ?? '' } as SceneClip['missing'],
    clip: null,
  });
  const waits = (state: 'ordered' | 'worker-away' | 'kept' | 'being-made') => ({
    state,
    missing: null,
    clip: null,
  });
  if (row.missingReason !== null) return missing(row.missingReason, row.missingMessage);
  if (isPurged) return missing('purged', null);
  if (row.clipBlurFailed !== null) return missing('blur-failed', row.clipBlurFailed);
  if (row.clipSha256 === null) return waits(isAway ? 'worker-away' : 'ordered');
  if (row.clipBlurredSha256 === null) return waits(row.wantedAt === null ? 'kept' : 'being-made');
  return {
    state: 'ready',
    missing: null,
    clip: {
      url: `/api/v1/incidents/${incident}/scene-clips/${row.id}/video`,
      from: row.clipFrom?.toISOString() ?? '',
      to: row.clipTo?.toISOString() ?? '',
      durationSeconds: row.clipDurationSeconds ?? 0,
      partial: row.clipPartial ?? false,
    },
  };
}
