import type { Readable } from 'node:stream';
import type {
  BusRefusalKind,
  ViolationBlurred,
  ViolationEvent,
  ViolationIdentified,
  ViolationIdentity,
} from '@anshi/contracts';
import { systemCaller } from '../../platform/access/caller.ts';
import type { Actor, Database, Transaction } from '../../platform/db/database.ts';
import { isRefusedByDatabase } from '../../platform/db/database-errors.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import type { Metrics } from '../../platform/metrics.ts';
import { takeTime } from '../../platform/outside-time.ts';
import type { EvidenceStore } from '../../platform/store/content.ts';
import type { CamerasService } from '../cameras/service.ts';
import type { ClipOrders } from '../clip-orders/open.ts';
import type { IncidentsService } from '../incidents/service.ts';
import { findLogEntry } from '../models/log.ts';
import type { BlurOrders } from '../renditions/orders.ts';
import { findSceneClip } from '../scene-clips/rows.ts';
import { snoozeOf } from '../snoozes/match.ts';
import type { ViolationEvents } from '../violations/events.ts';
import { makeAmbiguous, type ResolvedIdentity, resolveIdentity } from '../violations/identity.ts';
import type { ViolationRow } from '../violations/repository.ts';
import { showViolation } from '../violations/view.ts';
import { takeClip } from './clip-ready.ts';
import { auditLineOf, timesOf } from './event-facts.ts';
import { EVIDENCE_LIMITS, type EvidenceType, looksLike } from './evidence-types.ts';
import { asRecorded, fenceEnded } from './fencing.ts';
import { Never, NotTaken, NotYet } from './not-taken.ts';
import * as rows from './repository.ts';
import { requireCredential, requireEvidence, requireHeld, requireOwn } from './requirements.ts';
import { countersigned, judgeSeal, noteSeal, type SignatureState } from './signatures.ts';

/**
 * What became of an event: `committed` now or before (`duplicate`); `waiting` for something that
 * must come first; `rejected` for good.
 */
export type Outcome =
  | {
      result: 'committed' | 'duplicate';
      signature?: SignatureState;
      /** Why the identity that it says was dropped; the rest of it is recorded. */
      identityDropped?: string;
    }
  | { result: 'waiting' | 'rejected'; reason: string; what?: BusRefusalKind };

/** Events beside a new record and an identity after which findings may be joined otherwise. */
const MOVES: ReadonlySet<ViolationEvent['type']> = new Set([
  'cn.anshi.violation.ended.v1',
  'cn.anshi.violation.followed.v1',
]);

/** What is noted beside the record. */
interface Noted {
  /** The event is of this clip of the scene of the violation. */
  sceneClip?: string | null;
  identityDropped?: string;
}

export type IngestService = ReturnType<typeof createIngestService>;

/** Takes what camera workers send, once, however often they send it. */
export function createIngestService(options: {
  database: Database;
  units: Units;
  store: EvidenceStore;
  cameras: CamerasService;
  events: ViolationEvents;
  incidents: Pick<IncidentsService, 'hold' | 'holdOf' | 'inTwoPlaces' | 'place'>;
  renditions: Pick<BlurOrders, 'attach' | 'isOf'>;
  clipOrders: Omit<ClipOrders, 'want'>;
  sceneClips: { keepFor(violation: ViolationRow): Promise<void> };
  metrics: Metrics;
  tenant: string;
  timeZone: string;
}) {
  const {
    database,
    units,
    store,
    cameras,
    events,
    incidents,
    renditions,
    clipOrders,
    sceneClips,
    metrics,
    tenant,
    timeZone,
  } = options;
  const actor: Actor = { tenant, user: null };
  const files = { store, tenant };

  /**
   * Attaches a rendition, of an own violation or of one whose order the worker holds.
   *
   * @throws Never where it is of other evidence than the violation has.
   */
  async function attachRendition(
    tx: Transaction,
    worker: string,
    { source, data }: ViolationBlurred,
    noted: Noted,
  ): Promise<ViolationRow> {
    noted.sceneClip = (await findSceneClip(tx, data.violation))?.id ?? null;
    if (!(await renditions.isOf(tx, worker, data))) {
      if (noted.sceneClip)
        throw new Never('the rendition was not ordered of this worker', 'sender');
      await requireOwn(tx, source, data.violation);
    }
    const kind = data.of === 'snapshot' ? 'image/jpeg' : 'video/mp4';
    await requireEvidence(tx, files, source, [[kind, data.file]]);
    const row = await renditions.attach(tx, data);
    if (!row)
      throw new Never(`${data.original} is not the ${data.of} of that violation`, 'evidence');
    return row;
  }

  /**
   * Evidence keeps the times that the worker gave it. One that is ahead waits with the worker until
   * it is not: its clock is ahead, or ours was set back.
   *
   * @returns null where all of its times can be.
   */
  function wrongTime(event: ViolationEvent): Outcome | null {
    const now = Date.now();
    let waits: Outcome | null = null;
    for (const at of timesOf(event)) {
      const time = takeTime(metrics, 'violation-event', at, now);
      if (time.result === 'refused') {
        const reason = `the time ${at} cannot be (${time.why})`;
        return { result: 'rejected', reason, what: 'time' };
      }
      if (time.result === 'waits') {
        waits = { result: 'waiting', reason: `the time ${at} is ahead of the clock of the API` };
      }
    }
    return waits;
  }

  /** The handles of an identity resolved; one with a handle that no worker can know is dropped and counted. */
  async function resolve(
    tx: Transaction,
    identity: ViolationIdentity | null,
    startedAt: string,
    said: string,
    noted: Noted,
  ): Promise<ResolvedIdentity> {
    const resolved = await resolveIdentity(tx, timeZone, identity, { startedAt, said });
    if (resolved.isForged) {
      metrics.identities.inc({ result: 'dropped' });
      noted.identityDropped = 'it names a handle that it cannot know: who it was is dropped';
    } else if (identity) metrics.identities.inc({ result: resolved.identity?.state ?? 'none' });
    return resolved;
  }

  async function identify(
    unit: Unit,
    event: ViolationIdentified,
    noted: Noted,
  ): Promise<ViolationRow | null> {
    const { tx } = unit;
    const { violation, identity } = event.data;
    await requireOwn(tx, event.source, violation);
    await incidents.holdOf(unit, violation);
    const { startedAt } = await tx.violation.findFirstOrThrow({
      where: { id: violation },
      select: { startedAt: true },
    });
    const resolved = await resolve(tx, identity, startedAt.toISOString(), event.time, noted);
    return rows.identifyViolation(tx, tenant, event, resolved);
  }

  /**
   * A badge that is confirmed in two places at once: both violations become ambiguous.
   *
   * @returns the violation as it is then.
   */
  async function partPlaces(unit: Unit, row: ViolationRow): Promise<ViolationRow> {
    const others = await incidents.inTwoPlaces(unit, row);
    for (const other of others) {
      await incidents.hold(unit, other.site);
      const changed = await makeAmbiguous(unit.tx, other);
      if (changed === other) continue;
      await events.emit(unit, 'updated', showViolation(changed));
      await incidents.place(unit, changed, { isSeen: true });
    }
    return others.length > 0 ? makeAmbiguous(unit.tx, row) : row;
  }

  /** Commits the event's change together with the note that it is taken; null: taken before. */
  async function commit(
    unit: Unit,
    sent: ViolationEvent,
    worker: string,
    noted: Noted,
  ): Promise<ViolationRow | null> {
    const { tx } = unit;
    await requireCredential(tx, worker);
    const { event, isTwin } = await asRecorded(tx, sent);
    const { source, id: eventId, type, data } = event;
    const key = { source, eventId, type, violationId: data.violation };
    if (!(await rows.takeEvent(tx, tenant, key)) || isTwin) return null;
    switch (event.type) {
      case 'cn.anshi.violation.confirmed.v2': {
        const { camera, zone, line, snapshot, snapshotMissing } = event.data;
        if (!snapshot && !snapshotMissing) {
          throw new Never('it has neither a picture nor the reason why there is none');
        }
        await requireHeld(tx, worker, event.data);
        await requireEvidence(tx, files, source, [['image/jpeg', snapshot]]);
        const { model, confirmedAt } = event.data;
        const judged = { source, camera, ...model, at: new Date(confirmedAt) };
        const modelLogId = await findLogEntry(tx, judged);
        const names = cameras.names(camera, zone, line);
        const snooze = await snoozeOf(tx, event.data);
        const areaId = cameras.areaOf(camera, zone);
        const resolved = await resolve(
          tx,
          event.data.identity,
          event.data.startedAt,
          event.time,
          noted,
        );
        const about = { names, areaId, modelLogId, snooze, resolved };
        return rows.createViolation(tx, tenant, event, about);
      }
      case 'cn.anshi.violation.ended.v1': {
        const fenced = await fenceEnded(tx, worker, event.data);
        if (fenced === 'by-times') await requireOwn(tx, source, data.violation);
        else if (fenced !== 'its') throw new Never(fenced.refused, 'camera');
        await incidents.holdOf(unit, data.violation);
        return rows.endViolation(tx, event);
      }
      case 'cn.anshi.violation.clip-ready.v1': {
        const taken = await takeClip(tx, { clipOrders, files }, worker, event);
        noted.sceneClip = taken?.sceneClip ?? null;
        return taken?.row ?? null;
      }
      case 'cn.anshi.violation.identified.v1':
        return identify(unit, event, noted);
      case 'cn.anshi.violation.followed.v1': {
        // The next holder of the camera goes on with the memory of the one that recorded it.
        const { violation, grant } = event.data;
        const fenced = await fenceEnded(tx, worker, { violation, grant });
        if (fenced !== 'its') await requireOwn(tx, source, violation);
        await incidents.holdOf(unit, violation);
        return rows.addLaterPath(tx, event);
      }
      case 'cn.anshi.violation.blurred.v1':
        return attachRendition(tx, worker, event, noted);
    }
  }

  return {
    /**
     * Takes an event that this worker signed. When this resolves with `committed`, it is in the database.
     *
     * @throws where the database is not reachable: then the event is not taken.
     */
    async take(event: ViolationEvent, worker: string): Promise<Outcome> {
      const wrong = wrongTime(event);
      if (wrong) return wrong;
      let row: ViolationRow | null;
      let signature: SignatureState | undefined;
      const noted: Noted = {};
      try {
        row = await units.run(systemCaller(tenant), async (unit) => {
          const written = await commit(unit, event, worker, noted);
          if (!written) return null;
          const isNew = event.type === 'cn.anshi.violation.confirmed.v2';
          const isIdentity = event.type === 'cn.anshi.violation.identified.v1';
          if (isNew) await incidents.hold(unit, written.site);
          const changed = isNew || isIdentity ? await partPlaces(unit, written) : written;
          const judged = await judgeSeal(unit.tx, tenant, worker, event);
          const about = noted.sceneClip ?? changed.id;
          if (judged) await noteSeal(unit.tx, tenant, worker, about, judged);
          signature = judged?.state;
          // In the transaction of the record: the chain over the log countersigns what was signed.
          await unit.audit({
            ...auditLineOf(event, countersigned(judged)),
            id: about,
            ...(noted.sceneClip && { entity: 'scene-clip' }),
          });
          // Of a clip of its scene the violation has nothing new.
          if (event.type !== 'cn.anshi.violation.followed.v1' && !noted.sceneClip) {
            await events.emit(unit, isNew ? 'recorded' : 'updated', showViolation(changed));
          }
          if (isNew || isIdentity || MOVES.has(event.type))
            await incidents.place(unit, changed, { isSeen: isIdentity });
          if (isNew) unit.afterCommit(() => sceneClips.keepFor(changed));
          return changed;
        });
      } catch (error) {
        if (error instanceof NotTaken) {
          const result = error instanceof NotYet ? 'waiting' : 'rejected';
          return { result, reason: error.message, ...(error.what && { what: error.what }) };
        }
        if (isRefusedByDatabase(error)) {
          return { result: 'rejected', reason: `the record refuses it: ${lastLine(error)}` };
        }
        throw error;
      }
      const { identityDropped } = noted;
      return {
        result: row ? 'committed' : 'duplicate',
        ...(signature && { signature }),
        ...(identityDropped !== undefined && { identityDropped }),
      };
    },

    /**
     * Stores a file of evidence durably and notes it.
     *
     * @param worker who sent it; null where the sender has no credential of its own.
     * @returns whether it is new.
     * @throws Problem where it is too large or is not what was announced.
     */
    async store(
      sha256: string,
      mediaType: EvidenceType,
      body: Readable,
      worker: string | null,
    ): Promise<boolean> {
      const bytes = await store.put(tenant, sha256, body, {
        limit: EVIDENCE_LIMITS[mediaType],
        accepts: (head) => looksLike(mediaType, head),
      });
      const isNew = await database.transaction(actor, (tx) =>
        rows.noteEvidence(tx, tenant, {
          sha256,
          mediaType,
          bytes,
          sealed: store.encrypted,
          worker,
        }),
      );
      if (isNew) metrics.evidenceBytes.inc({ media_type: mediaType }, bytes);
      return isNew;
    },
  };
}

const lastLine = (error: unknown) => (error as Error).message.trim().split('\n').at(-1) ?? '';
