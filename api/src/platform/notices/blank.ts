import type { Transaction } from '../db/database.ts';
import type { Bilingual } from '../manifest.ts';

/**
 * Takes the text out of notices about these subjects, where what they tell may be known no more. That there was one stays,
 * with its kind and time; what was not delivered yet is delivered without the text.
 *
 * @param why stands in the place of the text.
 * @returns how many.
 */
export async function blankNotices(
  tx: Transaction,
  entity: string,
  ids: readonly string[],
  why: Bilingual,
): Promise<number> {
  if (ids.length === 0) return 0;
  const { count } = await tx.notice.updateMany({
    where: { subjectEntity: entity, subjectId: { in: [...ids] } },
    data: { title: { zh: '内容已删除', en: 'Removed' }, body: { ...why } },
  });
  return count;
}
