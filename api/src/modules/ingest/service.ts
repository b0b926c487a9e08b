import type { Readable } from 'node:stream';
import type { ViolationEvent } from '@anshi/contracts';
import type { Actor, Database, Transaction } from '../../platform/database.ts';
import { isRefusedByDatabase } from '../../platform/errors.ts';
import type { EvidenceStore } from '../../platform/evidence-store.ts';
import type { Metrics } from '../../platform/metrics.ts';
import type { CamerasService } from '../cameras/service.ts';
import type { ViolationChange, ViolationEvents } from '../violations/events.ts';
import type { ViolationRow } from '../violations/repository.ts';
import { showViolation } from '../violations/view.ts';
import * as rows from './repository.ts';

/**
 * What became of an event: `committed` now or before (`duplicate`); `waiting` for something that
 * must come first; `rejected` for good.
 */
export type Outcome =
  | { result: 'committed' | 'duplicate' }
  | { result: 'waiting' | 'rejected'; reason: string };

/** The most bytes of each kind of evidence. */
export const EVIDENCE_LIMITS = {
  'image/jpeg': 20 * 1024 * 1024,
  'video/mp4': 200 * 1024 * 1024,
  'application/json': 20 * 1024 * 1024,
} as const;
export type EvidenceType = keyof typeof EVIDENCE_LIMITS;

/** Thrown inside a transaction to take nothing of it. */
class NotYet extends Error {}

export type IngestService = ReturnType<typeof createIngestService>;

/** Takes what camera workers send, once, however often they send it. */
export function createIngestService(options: {
  database: Database;
  store: EvidenceStore;
  cameras: CamerasService;
  events: ViolationEvents;
  metrics: Metrics;
  tenant: string;
}) {
  const { database, store, cameras, events, metrics, tenant } = options;
  const actor: Actor = { tenant, user: null };

  /** @throws NotYet where a file is missing in the record or on the disk. */
  async function requireEvidence(tx: Transaction, digests: string[]): Promise<void> {
    const known = await rows.storedEvidence(tx, digests);
    for (const sha256 of digests) {
      if (!known.has(sha256) || (await store.size(tenant, sha256)) === null) {
        throw new NotYet(`the evidence ${sha256} is not stored yet`);
      }
    }
  }

  /** Commits the event's change together with the note that it is taken; null: taken before. */
  async function commit(tx: Transaction, event: ViolationEvent): Promise<ViolationRow | null> {
    const { source, id: eventId, type, data } = event;
    const key = { source, eventId, type, violationId: data.violation };
    if (!(await rows.takeEvent(tx, tenant, key))) return null;
    let row: ViolationRow | null;
    switch (event.type) {
      case 'cn.anshi.violation.confirmed.v1': {
        const { camera, zone, line, snapshot } = event.data;
        await requireEvidence(tx, [snapshot.sha256]);
        return rows.createViolation(tx, tenant, event, cameras.names(camera, zone, line));
      }
      case 'cn.anshi.violation.ended.v1':
        row = await rows.endViolation(tx, event);
        break;
      case 'cn.anshi.violation.clip-ready.v1': {
        const { clip } = event.data;
        const files = clip ? [clip.video, clip.boxes].filter((file) => file !== null) : [];
        await requireEvidence(
          tx,
          files.map(({ sha256 }) => sha256),
        );
        row = await rows.attachClip(tx, event);
        break;
      }
    }
    if (!row) throw new NotYet(`the violation ${data.violation} is not known yet`);
    return row;
  }

  return {
    /**
     * Takes an event. When this resolves with `committed`, it is in the database.
     *
     * @throws where the database is not reachable: then the event is not taken.
     */
    async take(event: ViolationEvent): Promise<Outcome> {
      let row: ViolationRow | null;
      try {
        row = await database.transaction(actor, (tx) => commit(tx, event));
      } catch (error) {
        if (error instanceof NotYet) return { result: 'waiting', reason: error.message };
        if (isRefusedByDatabase(error)) {
          return { result: 'rejected', reason: `the record refuses it: ${lastLine(error)}` };
        }
        throw error;
      }
      if (!row) return { result: 'duplicate' };
      const change: ViolationChange =
        event.type === 'cn.anshi.violation.confirmed.v1' ? 'recorded' : 'updated';
      events.announce(tenant, change, showViolation(row));
      return { result: 'committed' };
    },

    /**
     * Stores a file of evidence durably and notes it.
     *
     * @returns whether it is new.
     * @throws Problem where it is too large or is not what was announced.
     */
    async store(sha256: string, mediaType: EvidenceType, body: Readable): Promise<boolean> {
      const bytes = await store.put(tenant, sha256, body, {
        limit: EVIDENCE_LIMITS[mediaType],
        accepts: (head) => looksLike(mediaType, head),
      });
      const isNew = await database.transaction(actor, (tx) =>
        rows.noteEvidence(tx, tenant, { sha256, mediaType, bytes }),
      );
      if (isNew) metrics.evidenceBytes.inc({ media_type: mediaType }, bytes);
      return isNew;
    },
  };
}

/** Looks at the first bytes, so that a page is never shown in the place of a picture. */
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
