import { newId } from '../../platform/db/ids.ts';
import type { StatusFollower } from '../incidents/events.ts';
import { newCode } from './give.ts';

const DAY_MS = 86_400_000;
const REASON = '供本周安全例会参考。/ For the safety meeting of this week.';

/**
 * A link of the demonstration to its first decided incident, where none was given yet: from the safety head to the manager and
 * the team leader, of whom the first has looked. In the transaction of the verdict.
 */
export const keepDemoShare: StatusFollower = async ({ tx, caller }, { incident, after }) => {
  if (after === 'pending' || (await tx.incidentShare.count()) > 0) return;
  const users = await tx.appUser.findMany({
    where: { username: { in: ['safety.head', 'manager', 'team.leader'] }, active: true },
    select: { id: true, username: true },
  });
  const by = users.find(({ username }) => username === 'safety.head');
  const recipients = users.filter((one) => one !== by);
  if (!by || recipients.length === 0) return;
  const { tenant } = caller;
  const now = Date.now();
  const id = newId();
  await tx.incidentShare.create({
    data: {
      tenantId: tenant,
      id,
      incidentId: incident,
      code: newCode(),
      reason: REASON,
      byUser: by.id,
      untilAt: new Date(now + 14 * DAY_MS),
    },
  });
  const seen = { views: 1, firstAt: new Date(now), lastAt: new Date(now) };
  await tx.incidentShareRecipient.createMany({
    data: recipients.map(({ id: userId, username }) => ({
      tenantId: tenant,
      shareId: id,
      userId,
      ...(username === 'manager' ? seen : {}),
    })),
  });
};
