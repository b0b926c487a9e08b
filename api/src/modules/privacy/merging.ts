import type { MergeFacts } from '../../platform/facts.ts';

/** Requests of people about their own data speak against joining their files. */
export const merge: MergeFacts = {
  async conflicts(tx, { from, into }) {
    const requests = await tx.dataRequest.findMany({
      where: { personId: { in: [from, into] } },
      select: { kind: true, state: true },
    });
    const isOpen = requests.some(({ state }) => state === 'open');
    const isErased = requests.some(
      ({ kind, state }) => kind === 'erase' && (state === 'granted' || state === 'partly'),
    );
    return [
      ...(isOpen
        ? [
            {
              code: 'data-requests',
              blocks: true,
              text: {
                zh: '有个人信息申请尚未处理：请先处理',
                en: 'A request about own data waits for its answer: answer it first',
              },
            },
          ]
        : []),
      ...(isErased
        ? [
            {
              code: 'erased',
              blocks: true,
              text: {
                zh: '其中一份档案的数据已按本人申请删除：不再与其他档案合并',
                en: 'The data of one file were erased at the request of the person: it is joined with no other file',
              },
            },
          ]
        : []),
    ];
  },
};
