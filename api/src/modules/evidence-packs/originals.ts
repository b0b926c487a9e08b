import type { Account } from '../../platform/access/account.ts';
import { permissions } from '../../platform/access/permissions.ts';

/** Opens originals of evidence, where blurred renditions are the rule. */
const REVEAL = 'evidence:reveal';

/**
 * Whether an account may have pictures and videos as they were recorded. Without blurred renditions they are what
 * all see who may read violations.
 */
export const mayHaveOriginals = (account: Account): boolean =>
  !(REVEAL in permissions) || (account.permissions as ReadonlyMap<string, unknown>).has(REVEAL);
