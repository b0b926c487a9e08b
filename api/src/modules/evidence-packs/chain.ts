import {
  CHAIN_MOST,
  type ChainSource,
  joinTexts,
  plainText,
} from '../../platform/incident-chain.ts';
import type { Bilingual } from '../../platform/manifest.ts';

const states: Readonly<Record<string, Bilingual>> = {
  waiting: { zh: '生成中', en: 'being made' },
  ready: { zh: '已生成', en: 'ready' },
  failed: { zh: '生成失败', en: 'failed' },
  removed: { zh: '已到期删除', en: 'removed after its term' },
};

/** Packs of evidence that were made of the incident. */
export const chain: readonly ChainSource[] = [
  {
    kind: 'evidence-pack',
    name: { zh: '证据包', en: 'Packs of evidence' },
    part: 'after',
    permission: 'evidence:export',
    feature: 'monitoring',
    of: 'whole',
    async read(tx, { incidents }) {
      const rows = await tx.evidencePack.findMany({
        where: { incidentId: { in: [...incidents] } },
        orderBy: { id: 'asc' },
        take: CHAIN_MOST + 1,
      });
      return rows.map(({ id, requestedAt, requestedName, state, originals, reason }) => ({
        id,
        at: requestedAt,
        title: { zh: '导出证据包', en: 'A pack of evidence was made' },
        detail: joinTexts([
          requestedName as Bilingual,
          states[state],
          originals ? { zh: '含原始影像', en: 'with originals' } : null,
          reason === null ? null : plainText(reason),
        ]),
        tone: state === 'failed' ? 'danger' : 'neutral',
      }));
    },
  },
];
