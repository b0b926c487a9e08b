import { Problem } from '../http/errors.ts';
import type { BlobKey } from './types.ts';

/**
 * Digests and tenants are validated before they reach a store. They are validated again here, since
 * they become a path.
 *
 * @throws Problem `evidence.unknown`
 */
export function checkKey({ tenant, sha256 }: BlobKey): void {
  if (!/^[a-z0-9-]{1,64}$/.test(tenant) || !/^[0-9a-f]{64}$/.test(sha256)) {
    throw new Problem('evidence.unknown');
  }
}
