import { sealedWebhooks } from '../../platform/outbox/secrets.ts';
import type { SealedTable } from '../../platform/sealed/rotation.ts';
import { sealedPeople } from '../people/sensitive.ts';
import { sealedParameters } from '../registry/parameters.ts';

/** Every table with sealed columns: a rotation goes through these. */
export const sealedTables: readonly SealedTable[] = [
  sealedWebhooks,
  sealedPeople,
  sealedParameters,
];
