import type { Unit } from '../../platform/db/unit-of-work.ts';
import { noticeLink } from '../../platform/notices/kinds.ts';
import type { Notices } from '../../platform/notices/types.ts';

/** Why requests about an account end without a decision on each, as whoever asked is told. */
const endings = {
  renewed: {
    zh: '该账号首次获得受保护的职责，登录方式已重新设置。',
    en: 'The account got its first guarded duty, and its sign-in was made anew.',
  },
  unguarded: {
    zh: '该账号不再拥有受保护的职责。',
    en: 'The account holds no guarded duty any more.',
  },
  left: {
    zh: '该账号所属人员已离职。',
    en: 'The person of the account has left.',
  },
} as const;

/** What opens an account. Where it holds no guarded duty, one person alone does it, without asking. */
export const openingActions = ['reset-password', 'unlock'] as const;

/**
 * Refuses at once what waits about an account, where what it was asked for is no longer so: approved
 * later, it would open an account that is not the one that it was asked about. What is over by time
 * is left to the job that writes that down.
 *
 * @param which only these actions; without it, all of them.
 * @returns how many it ended.
 */
export async function endOpenRequests(
  unit: Unit,
  notices: Notices,
  account: { id: string; username: string; personId: string | null },
  why: keyof typeof endings,
  which?: readonly string[],
): Promise<number> {
  const by = unit.caller.account;
  const now = new Date();
  const ended = await unit.tx.accountRequest.updateManyAndReturn({
    where: {
      userId: account.id,
      state: 'open',
      expiresAt: { gt: now },
      ...(which ? { action: { in: [...which] } } : {}),
    },
    data: {
      state: 'refused',
      decidedAt: now,
      decidedBy: by?.id ?? null,
      decidedByName: by?.username ?? null,
    },
  });
  const reason = endings[why];
  for (const { id, action, roles, removeSecondFactor, requestedByName } of ended) {
    await unit.audit({
      action: 'request-refused',
      entity: 'account-request',
      id,
      person: account.personId,
      after: {
        user: account.id,
        username: account.username,
        action,
        how: null,
        roles,
        removeSecondFactor,
        requestedBy: requestedByName,
      },
      reason: reason.en,
    });
  }
  const [first] = ended;
  if (first) {
    // One notice for all of them: whoever heaped them up must not make this slow.
    await notices.notify(unit, {
      to: [...new Set([account.id, ...ended.map((one) => one.requestedBy)])],
      kind: 'access.request',
      severity: 'warning',
      title: { zh: '账号申请已作废', en: 'What waited about an account is void' },
      body: {
        zh: `账号 ${account.username}：${reason.zh}未决申请 ${ended.length} 个已作废，需要时请重新申请。`,
        en: `Account ${account.username}: ${reason.en} Requests that waited about it: ${ended.length}. They are void; ask again where it is still needed.`,
      },
      link: noticeLink('access.request', first.id),
      subject: { entity: 'account-request', id: first.id },
    });
  }
  return ended.length;
}
