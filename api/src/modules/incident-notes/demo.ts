import { newId } from '../../platform/db/ids.ts';
import type { StatusFollower } from '../incidents/events.ts';

/** Fictitious: by whom, and what. Minutes after the verdict would be in the future: they stand in the order of time before it. */
const demo = [
  {
    by: 'operator',
    before: 6,
    text: '已电话通知班组长到现场查看。/ The team leader was called to the place.',
  },
  {
    by: 'safety',
    before: 3,
    text: '班组长回复：安全帽放在休息区，已当场戴好。/ The team leader says: the helmet was left in the rest area and is on now.',
  },
  {
    by: 'safety.head',
    before: 1,
    text: '本周班前会提醒一次。/ To be brought up once at this week’s shift meeting.',
  },
] as const;

/** Notes of the demonstration on its first decided incident, where there are none yet. In the transaction of the verdict. */
export const keepDemoNotes: StatusFollower = async ({ tx, caller }, { incident, after }) => {
  if (after === 'pending' || (await tx.incidentNote.count()) > 0) return;
  const users = await tx.appUser.findMany({
    where: { username: { in: demo.map(({ by }) => by) } },
    select: { id: true, username: true },
  });
  await tx.incidentNote.createMany({
    data: demo.flatMap(({ by, before, text }, n) => {
      const user = users.find(({ username }) => username === by);
      const at = new Date(Date.now() - before * 60_000);
      const row = { incidentId: incident, key: `demo-${n + 1}`, text, at };
      return user ? [{ tenantId: caller.tenant, id: newId(), byUser: user.id, ...row }] : [];
    }),
  });
};
