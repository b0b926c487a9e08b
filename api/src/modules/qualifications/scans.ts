import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { Files } from '../../platform/files/types.ts';
import { Problem } from '../../platform/http/errors.ts';
import { entityOf } from './records.ts';

const MOST_SCAN_BYTES = 20 * 1024 * 1024;

/**
 * Attaches uploaded files to a qualification as its scans.
 *
 * @throws Problem `qualification.scan` for a file that is no picture or PDF, or too large.
 */
export const attachScans =
  (files: Files) =>
  async (unit: Unit, { id, type }: { id: string; type: string }, ids: string[]): Promise<void> => {
    if (ids.length === 0) return;
    const found = await files.attach(unit, ids, { entity: entityOf(type), id, role: 'scan' });
    const wrong = found.find(
      ({ kind, mediaType, bytes }) =>
        (kind !== 'photo' && mediaType !== 'application/pdf') || bytes > MOST_SCAN_BYTES,
    );
    if (wrong) throw new Problem('qualification.scan', `${wrong.name} cannot be taken as a scan.`);
  };
