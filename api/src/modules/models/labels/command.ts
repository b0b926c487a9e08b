import type { Logger } from 'pino';
import { systemCaller } from '../../../platform/access/caller.ts';
import type { Database } from '../../../platform/db/database.ts';
import { createUnits } from '../../../platform/db/unit-of-work.ts';
import type { ContentStore } from '../../../platform/store/content.ts';
import { modelSettingsOf } from '../settings.ts';
import { findCandidates, type LabelFilter, requirePurpose } from './select.ts';
import { type LabelCounts, writeLabels } from './write.ts';

/**
 * Command-line export of a labelled set, with an audit line: access to the data folder replaces the
 * app's permission.
 *
 * @throws Problem, Error where the purpose is inactive, or the folder is not empty.
 */
export async function exportLabels(options: {
  database: Database;
  store: Pick<ContentStore, 'read' | 'size'>;
  tenant: string;
  folder: string;
  filter: LabelFilter;
  log: Logger;
}): Promise<LabelCounts> {
  const { database, store, tenant, folder, filter, log } = options;
  const units = createUnits({ database, onError: (err) => log.warn({ err }) });
  const { candidates, settings } = await database.transaction(
    { tenant, user: null },
    async (tx) => {
      await requirePurpose(tx);
      return { candidates: await findCandidates(tx, filter), settings: await modelSettingsOf(tx) };
    },
  );
  const counts = await writeLabels(folder, candidates, { store, tenant, settings });
  await units.run(systemCaller(tenant), (unit) =>
    unit.audit({
      action: 'export',
      entity: 'model-label-export',
      after: { folder, filter, ...counts },
      reason: 'npm run labels',
    }),
  );
  return counts;
}
