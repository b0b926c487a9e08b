import type { Readable } from 'node:stream';
import type {
  BusRefusalKind,
  EvidenceFile,
  ViolationBlurred,
  ViolationConfirmed,
  ViolationEvent,
} from '@anshi/contracts';
import { systemCaller } from '../../platform/access/caller.ts';
import type { AuditEntry } from '../../platform/audit/entry.ts';
import type { Actor, Database, Transaction } from '../../platform/db/database.ts';
import { isRefusedByDatabase } from '../../platform/db/database-errors.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import type { Metrics } from '../../platform/metrics.ts';
import { takeTime } from '../../platform/outside-time.ts';
import type { EvidenceStore } from '../../platform/store/content.ts';
import type { CamerasService } from '../cameras/service.ts';
import { whoHeld } from '../cameras/who-held.ts';
import { isWorkerRevoked } from '../devices/revoked.ts';
import type { IncidentsService } from '../incidents/service.ts';
import { findLogEntry } from '../models/log.ts';
import type { BlurOrders } from '../renditions/orders.ts';
import { snoozeOf } from '../snoozes/match.ts';
import type { ViolationEvents } from '../violations/events.ts';
import type { ViolationRow } from '../violations/repository.ts';
import { showViolation } from '../violations/view.ts';
import { asRecorded, fenceConfirmed, fenceEnded } from './fencing.ts';
import * as rows from './repository.ts';
import { countersigned, judgeSeal, noteSeal, type SignatureState } from './signatures.ts';

/**
 * What became of an event: `committed` now or before (`duplicate`); `waiting` for something that
 * must come first; `rejected` for good.
 */
export type Outcome =
  | { result: 'committed' | 'duplicate'; signature?: SignatureState }
  | { result: 'waiting' | 'rejected'; reason: string; what?: BusRefusalKind };

/** The most bytes of each kind of evidence. */
export const EVIDENCE_LIMITS = {
  'image/jpeg': 20 * 1024 * 1024,
  'video/mp4': 200 * 1024 * 1024,
  'application/json': 20 * 1024 * 1024,
} as const;
export type EvidenceType = keyof typeof EVIDENCE_LIMITS;

/** Thrown inside a transaction to take nothing of it: now, or for good. */
class NotTaken extends Error {
  /** The kind of refusal, where the event may not be of the worker. */
  readonly what: BusRefusalKind | undefined;
  constructor(message: string, what?: BusRefusalKind) {
    super(message);
    this.what = what;
  }
}
class NotYet extends NotTaken {}
class Never extends NotTaken {}

export type IngestService = ReturnType<typeof createIngestService>;

/** Takes what camera workers send, once, however often they send it. */
export function createIngestService(options: {
  database: Database;
  units: Units;
  store: EvidenceStore;
  cameras: CamerasService;
  events: ViolationEvents;
  incidents: Pick<IncidentsService, 'hold' | 'holdOf' | 'place'>;
  renditions: Pick<BlurOrders, 'attach' | 'isOf'>;
  metrics: Metrics;
  tenant: string;
}) {
  const { database, units, store, cameras, events, incidents, renditions, metrics, tenant } =
    options;
  const actor: Actor = { tenant, user: null };

  /**
   * @throws NotYet where a file is missing in the record or on the disk; Never where it is of
   * another kind than the place it is named for, or where another worker stored it.
   */
  async function requireEvidence(
    tx: Transaction,
    source: string,
    wanted: [kind: EvidenceType, file: EvidenceFile | null][],
  ): Promise<void> {
    const files = wanted.flatMap(([kind, file]) => (file ? [{ kind, sha256: file.sha256 }] : []));
    const known = await rows.storedEvidence(
      tx,
      files.map(({ sha256 }) => sha256),
    );
    for (const { kind, sha256 } of files) {
      const stored = known.get(sha256);
      if (stored === undefined || (await store.size(tenant, sha256)) === null) {
        throw new NotYet(`the evidence ${sha256} is not stored yet`);
      }
      if (stored.mediaType !== kind) {
        throw new Never(
          `the evidence ${sha256} is stored as ${stored.mediaType}, and ${kind} is needed`,
        );
      }
      const { storedBy } = stored;
      if (storedBy.length > 0 && !storedBy.some((worker) => source === `/vision/${worker}`)) {
        throw new Never(`the evidence ${sha256} was stored by another worker`, 'evidence');
      }
    }
  }

  /** @throws NotYet where the violation is unknown; Never where another worker recorded it. */
  async function requireOwn(tx: Transaction, source: string, violation: string): Promise<void> {
    const recordedBy = await rows.sourceOf(tx, violation);
    if (recordedBy === null) throw new NotYet(`the violation ${violation} is not known yet`);
    if (recordedBy !== source) {
      throw new Never(`the violation ${violation} was recorded by ${recordedBy}`, 'sender');
    }
  }

  /**
   * @throws NotYet where the worker never held the camera, or where it is not certain who held it; Never
   * where another one held it without a break around that time.
   */
  async function requireHeld(
    tx: Transaction,
    worker: string,
    data: ViolationConfirmed['data'],
  ): Promise<void> {
    const { camera, confirmedAt } = data;
    const fenced = await fenceConfirmed(tx, worker, data);
    if (fenced === 'its') return;
    if (fenced !== 'by-times') throw new Never(fenced.refused, 'camera');
    const held = await whoHeld(tx, camera, worker, new Date(confirmedAt));
    if (held === 'itself') return;
    if (held === 'unknown') {
      throw new NotYet(`the camera ${camera} is not held by the worker ${worker}`, 'camera');
    }
    const reason = `the camera ${camera} was held by the worker ${held.other} at ${confirmedAt}`;
    if (held.isSure) throw new Never(reason, 'camera');
    throw new NotYet(`${reason}, which may have taken it or lost it just then`, 'camera');
  }

  /** @throws NotYet where the worker's credential is revoked: it may be given a new one. */
  async function requireCredential(tx: Transaction, worker: string): Promise<void> {
    if (await isWorkerRevoked(tx, worker)) {
      throw new NotYet(`the credential of the worker ${worker} is revoked`, 'revoked');
    }
  }

  /**
   * Attaches a rendition, of an own violation or of one whose order the worker holds.
   *
   * @throws Never where it is of other evidence than the violation has.
   */
  async function attachRendition(
    tx: Transaction,
    worker: string,
    { source, data }: ViolationBlurred,
  ): Promise<ViolationRow> {
    if (!(await renditions.isOf(tx, worker, data))) await requireOwn(tx, source, data.violation);
    const kind = data.of === 'snapshot' ? 'image/jpeg' : 'video/mp4';
    await requireEvidence(tx, source, [[kind, data.file]]);
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

  /** Commits the event's change together with the note that it is taken; null: taken before. */
  async function commit(
    unit: Unit,
    sent: ViolationEvent,
    worker: string,
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
        await requireEvidence(tx, source, [['image/jpeg', snapshot]]);
        const { model, confirmedAt } = event.data;
        const judged = { source, camera, ...model, at: new Date(confirmedAt) };
        const modelLogId = await findLogEntry(tx, judged);
        const names = cameras.names(camera, zone, line);
        const snooze = await snoozeOf(tx, event.data);
        return rows.createViolation(tx, tenant, event, { names, modelLogId, snooze });
      }
      case 'cn.anshi.violation.ended.v1': {
        const fenced = await fenceEnded(tx, worker, event.data);
        if (fenced === 'by-times') await requireOwn(tx, source, data.violation);
        else if (fenced !== 'its') throw new Never(fenced.refused, 'camera');
        await incidents.holdOf(unit, data.violation);
        return rows.endViolation(tx, event);
      }
      case 'cn.anshi.violation.clip-ready.v1': {
        const { clip } = event.data;
        await requireOwn(tx, source, data.violation);
        await requireEvidence(tx, source, [
          ['video/mp4', clip?.video ?? null],
          ['application/json', clip?.boxes ?? null],
        ]);
        return rows.attachClip(tx, event);
      }
      case 'cn.anshi.violation.blurred.v1':
        return attachRendition(tx, worker, event);
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
      try {
        row = await units.run(systemCaller(tenant), async (unit) => {
          const changed = await commit(unit, event, worker);
          if (!changed) return null;
          const judged = await judgeSeal(unit.tx, tenant, worker, event);
          if (judged) await noteSeal(unit.tx, tenant, worker, changed.id, judged);
          signature = judged?.state;
          // In the transaction of the record: the chain over the log countersigns what was signed.
          await unit.audit({ ...lineOf(event, countersigned(judged)), id: changed.id });
          const isNew = event.type === 'cn.anshi.violation.confirmed.v2';
          await events.emit(unit, isNew ? 'recorded' : 'updated', showViolation(changed));
          if (isNew) await incidents.hold(unit, changed.site);
          const placed = isNew || event.type === 'cn.anshi.violation.ended.v1';
          if (placed) await incidents.place(unit, changed);
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
      return { result: row ? 'committed' : 'duplicate', ...(signature && { signature }) };
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

/** Every time that an event names. */
function timesOf(event: ViolationEvent): string[] {
  switch (event.type) {
    case 'cn.anshi.violation.confirmed.v2': {
      const { startedAt, confirmedAt, snapshot } = event.data;
      return [event.time, startedAt, confirmedAt, ...(snapshot ? [snapshot.takenAt] : [])];
    }
    case 'cn.anshi.violation.ended.v1':
      return [event.time, event.data.endedAt];
    case 'cn.anshi.violation.clip-ready.v1': {
      const { clip } = event.data;
      return clip ? [event.time, clip.from, clip.to] : [event.time];
    }
    case 'cn.anshi.violation.blurred.v1':
      return [event.time];
  }
}

/**
 * Changes of the violation by a worker's event; no user is involved, so the audit row names none.
 */
function lineOf(
  { source, type, data }: ViolationEvent,
  signature: Record<string, unknown>,
): AuditEntry {
  const what = type.split('.')[3] ?? type;
  const actions: Record<string, AuditEntry['action']> = { confirmed: 'create', ended: 'end' };
  const action = actions[what] ?? 'attach';
  const seen =
    'rule' in data
      ? { rule: data.rule, camera: data.camera }
      : 'of' in data
        ? { blurred: data.of, heads: data.heads }
        : {};
  return {
    action,
    entity: 'violation',
    id: data.violation,
    after: { source, ...seen, ...signature },
  };
}

/** Checks the magic number, so that an HTML page is never served as a picture. */
function looksLike(mediaType: EvidenceType, head: Buffer): boolean {
  switch (mediaType) {
    case 'image/jpeg':
      return head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff;
    case 'video/mp4':
      return head.subarray(4, 8).toString('latin1') === 'ftyp';
    case 'application/json':
      return /^\s*[{[]/.test(head.toString('utf8'));
  }
}

const lastLine = (error: unknown) => (error as Error).message.trim().split('\n').at(-1) ?? '';
