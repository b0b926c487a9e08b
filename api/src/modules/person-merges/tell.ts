import { accountsOf } from '../../platform/access/holders.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { noticeLink } from '../../platform/notices/kinds.ts';
import type { Notices } from '../../platform/notices/types.ts';

/** Tells the person of files that were joined or parted. */
export function createMergeTell(notices: Notices) {
  const send = async (
    unit: Unit,
    merge: string,
    people: readonly string[],
    texts: { title: { zh: string; en: string }; body: { zh: string; en: string } },
  ): Promise<void> => {
    const to: string[] = [];
    for (const person of people) to.push(...(await accountsOf(unit.tx, person)));
    if (to.length === 0) return;
    await notices.notify(unit, {
      to,
      kind: 'person-merge.made',
      severity: 'warning',
      link: noticeLink('person-merge.made', merge),
      subject: { entity: 'person-merge', id: merge },
      ...texts,
    });
  };
  return {
    joined: (unit: Unit, merge: string, into: string, numbers: [string, string], entries: number) =>
      send(unit, merge, [into], {
        title: {
          zh: `您的两份档案已合并：${numbers[0]} 并入 ${numbers[1]}`,
          en: `Two files of yours were joined: ${numbers[0]} with ${numbers[1]}`,
        },
        body: {
          zh: `其中违章记录 ${entries} 条，异议期限重新计算。同意事项以较严的答复为准。若不是您本人，请提出更正申请。`,
          en: `${entries} violations of it are in your file now, with a new time to object. Of your consents the stricter answer counts. Where it is not you, ask for a correction.`,
        },
      }),
    parted: (unit: Unit, merge: string, people: [string, string], numbers: [string, string]) =>
      send(unit, merge, people, {
        title: {
          zh: `档案合并已撤销：${numbers[0]} 与 ${numbers[1]}`,
          en: `The joining of two files was undone: ${numbers[0]} and ${numbers[1]}`,
        },
        body: {
          zh: '各项记录已移回原档案。合并时结束的同意不会恢复，可重新答复。',
          en: 'The records moved back. Consents that ended with the joining do not come back; you can answer anew.',
        },
      }),
  };
}
export type MergeTell = ReturnType<typeof createMergeTell>;
