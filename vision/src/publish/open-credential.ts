import type { LiveGrantCheck } from '@anshi/contracts/live-grant';
import type { Logger } from 'pino';
import type { WorkerSettings } from '../settings.ts';
import { EvidenceSigner } from './evidence-signer.ts';
import { WorkerCredential } from './worker-credential.ts';

/**
 * By what a worker is known: its credential at the API, and the key with which it signs evidence.
 *
 * @param grants learns the keys of live views when the worker enrols.
 * @throws Error where the folder of the worker cannot be read or written.
 */
export async function openCredential(
  settings: WorkerSettings,
  grants: LiveGrantCheck,
  log: Logger,
): Promise<{ signer: EvidenceSigner; credential: WorkerCredential }> {
  const folder = settings.ANSHI_WORKER_DIR;
  const worker = settings.ANSHI_WORKER_ID;
  const signer = await EvidenceSigner.open({
    folder,
    tenant: settings.ANSHI_TENANT,
    worker,
    log: log.child({ part: 'evidence' }),
  });
  const credential = await WorkerCredential.open({
    worker,
    api: settings.ANSHI_API_URL,
    folder,
    secret: settings.ANSHI_WORKER_SECRET,
    enrolToken: settings.ANSHI_WORKER_TOKEN,
    log: log.child({ part: 'credential' }),
    signer,
    onLiveKeys: (keys) => grants.setKeys(keys),
  });
  return { signer, credential };
}
