import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn } from '../../platform/db/database.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import { kindColumn } from '../violations/kind.ts';
import { findingsWithin } from '../violations/reach.ts';
import { findPrecision } from './precision.ts';
import type { PrecisionQuery, RulePrecision } from './schema.ts';
import { modelSettingsOf } from './settings.ts';

const DAY_MS = 86_400_000;

export type RulePrecisions = ReturnType<typeof createRulePrecisions>;

/** What reviewers see of the rule of a finding, without the right to the figures of all rules and cameras. */
export function createRulePrecisions(parts: { units: Units; timeZone: string }) {
  const { units, timeZone } = parts;
  return {
    /**
     * The verdicts of the last days on the rule of a violation, at its camera.
     *
     * @throws Problem where the account may not review the violation.
     */
    find: (user: User, violation: string, days: number): Promise<RulePrecision> =>
      units.run(user, async ({ tx }) => {
        const reader = { account: user.account, right: 'violation:review' } as const;
        const [row] = await sqlIn(tx)<{ kind: string; camera: string }>(Prisma.sql`
          SELECT ${kindColumn} AS kind, v.camera FROM violation v
          WHERE v.id = ${violation} AND ${findingsWithin(reader, 'one')}`);
        if (!row) throw new Problem('violation.unknown');
        const { minJudged } = await modelSettingsOf(tx);
        const from = new Date(Date.now() - days * DAY_MS).toISOString();
        const query = { by: [], rule: [row.kind], camera: [row.camera], from } as PrecisionQuery;
        const { total } = await findPrecision(tx, query, { minJudged, timeZone });
        const { confirmed, dismissed, reasons } = total;
        return { minJudged, confirmed, dismissed, reasons };
      }),
  };
}
