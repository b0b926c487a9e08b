import { countedUse, type ModuleFacts } from '../../platform/facts.ts';
import { dayText } from '../../platform/kit/schemas.ts';
import { chain } from './chain.ts';
import { fileSections } from './file-section.ts';
import { stateOf, violationsInForce, withHistory } from './rows.ts';
import { timeline } from './timeline.ts';

/** What a reviewer confirmed is kept by legal duty: neither erased nor ended by a consent. */
export const facts: ModuleFacts = {
  uses: {
    site: async (tx, site) => [
      countedUse('safety-entry', await tx.safetyEntry.count({ where: { site } })),
    ],
    floorPlan: async (tx, { site, plan }) => [
      countedUse('safety-entry', await tx.safetyEntry.count({ where: { site, floorPlan: plan } })),
    ],
  },
  chain,
  timeline,
  fileSections,
  merge: {
    async conflicts(tx, { from, into }) {
      const open = await tx.violationObjection.count({
        where: { personId: { in: [from, into] }, closedAt: null },
      });
      if (open === 0) return [];
      return [
        {
          code: 'objections',
          blocks: true,
          text: {
            zh: '有异议尚未裁定：请先裁定',
            en: 'An objection waits for its decision: decide it first',
          },
        },
      ];
    },
  },
  ownData: {
    show: async (tx, { person }) => ({
      counts: { safetyEntries: (await violationsInForce(tx, [person])).length },
    }),
    async export(tx, { person }) {
      const rows = await tx.safetyEntry.findMany({
        where: { personId: person },
        include: withHistory,
        orderBy: [{ startedAt: 'desc' }, { id: 'desc' }],
        take: 10_000,
      });
      return {
        safetyFile: rows.map((row) => ({
          id: row.id,
          kind: row.kindName,
          startedAt: row.startedAt.toISOString(),
          site: row.site,
          area: row.areaName,
          camera: row.cameraName,
          basis: row.basis,
          reviewedAt: row.reviewedAt.toISOString(),
          state: stateOf(row),
          telling: row.telling && {
            on: dayText(row.telling.toldOn),
            how: row.telling.how,
            recordedAt: row.telling.at.toISOString(),
          },
          objection: row.objection && {
            text: row.objection.text,
            how: row.objection.how,
            saidOn: row.objection.saidOn && dayText(row.objection.saidOn),
            filedAt: row.objection.filedAt.toISOString(),
            state: row.objection.state,
            reason: row.objection.reason,
          },
        })),
      };
    },
  },
};
