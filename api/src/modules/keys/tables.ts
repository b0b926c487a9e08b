import { sealedImportRows } from '../../platform/imports/before.ts';
import { sealedNoticeProfiles } from '../../platform/notices/profiles.ts';
import { sealedNoticeRobots } from '../../platform/notices/robots.ts';
import { sealedWebhooks } from '../../platform/outbox/secrets.ts';
import type { SealedTable } from '../../platform/sealed/rotation.ts';
import { sealedAddresses } from '../cameras/stored.ts';
import { sealedStills } from '../device-health/still-store.ts';
import { sealedLiveKeys } from '../devices/live-keys.ts';
import { sealedEdgeKeys } from '../gates/edge-key.ts';
import { sealedPeople } from '../people/sensitive.ts';
import { sealedRequests } from '../privacy/request-text.ts';
import { sealedQualifications } from '../qualifications/numbers.ts';
import { sealedParameters } from '../registry/parameters.ts';
import { sealedWatchList } from '../visitors/watch-list.ts';

/**
 * Every table with sealed columns, for rotation. If a table is missing here, its older data keys
 * are not destroyed; nothing is lost.
 */
export const sealedTables: readonly SealedTable[] = [
  sealedPeople,
  sealedImportRows,
  sealedQualifications,
  sealedWatchList,
  sealedParameters,
  sealedRequests,
  { dataClass: 'account', table: 'app_user', rowId: 'id', columns: [{ sealed: 'totp_sealed' }] },
  sealedWebhooks,
  sealedLiveKeys,
  ...sealedEdgeKeys,
  sealedAddresses,
  sealedStills,
  sealedNoticeRobots,
  sealedNoticeProfiles,
];
