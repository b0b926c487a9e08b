import { createPrivateKey } from 'node:crypto';
import type { ViolationEvent } from '@anshi/contracts';
import {
  evidenceKeyIdOf,
  newEvidenceKeyPair,
  signEvidence,
} from '@anshi/contracts/evidence-signature';
import type { RunningApi } from './site.ts';
import type { TestWorker } from './worker.ts';

/** A key that signs evidence as a worker does. */
export function makeEvidenceKey(worker: string) {
  const pair = newEvidenceKeyPair();
  const id = evidenceKeyIdOf(pair.publicKey);
  const privateKey = createPrivateKey(pair.privateKey);
  return {
    id,
    publicKey: pair.publicKey,
    sign<Event extends ViolationEvent>(event: Event, signedAt = new Date()): Event {
      const statement = {
        tenant: 'demo',
        worker,
        event: event.id,
        type: event.type,
        violation: event.data.violation,
        signedAt: signedAt.toISOString(),
        clock: { source: 'system' as const, aheadMs: 3, withinMs: 2, comparedAt: null },
        data: event.data,
      };
      return { ...event, ...signEvidence({ id, privateKey }, statement) };
    },
  };
}
export type TestEvidenceKey = ReturnType<typeof makeEvidenceKey>;

/** Enrols a key as the worker does. */
export const enrolEvidenceKey = (
  api: RunningApi,
  worker: TestWorker,
  { publicKey }: Pick<TestEvidenceKey, 'publicKey'>,
): Promise<Response> =>
  fetch(`${api.url}/api/v1/ingest/worker/evidence-key`, {
    method: 'PUT',
    headers: { ...worker.own, 'content-type': 'application/json' },
    body: JSON.stringify({ publicKey }),
  });
