import type { Unit } from '../../platform/db/unit-of-work.ts';
import { noticeLink } from '../../platform/notices/kinds.ts';
import type { Notices } from '../../platform/notices/types.ts';

/** Why requests about an account were voided, for the requester's notice. */
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

/**
 * Actions that give access to an account. Without a guarded duty, one person does them directly.
 */
export const openingActions = ['reset-password', 'unlock'] as const;

/**
 * Voids pending requests about an account whose premises have changed: approved later, they would
 * give access to a different situation than requested. Expired ones are left to the job that
 * records that.
 *
 * @param which only these actions; default all.
 * @returns the number of voided requests.
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
    // One notice for all of them, so that many requests do not make this slow.
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
