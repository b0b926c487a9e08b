import { accountsOf, readHolders, within } from '../../platform/access/holders.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { noticeLink } from '../../platform/notices/kinds.ts';
import { timeMark } from '../../platform/notices/times.ts';
import type { Notices } from '../../platform/notices/types.ts';
import { planReasons } from './words.ts';

/** A job as far as notices name it. */
interface ToldJob {
  id: string;
  title: string;
  from: Date;
}

/** Where the job lies, who planned it, and whether it runs. */
interface LostJob extends ToldJob {
  status: string;
  createdBy: string;
  /** The departments of its machine and its area. */
  departments: readonly (string | null)[];
  site: string | null;
}

export interface AssignmentTell {
  assigned(unit: Unit, job: ToldJob, person: string): Promise<void>;
  takenOff(unit: Unit, job: ToldJob, people: readonly string[]): Promise<void>;
  moved(unit: Unit, job: ToldJob, people: readonly string[]): Promise<void>;
  lost(
    unit: Unit,
    job: LostJob,
    of: { id: string; person: string; assignedBy: string; codes: readonly string[] },
  ): Promise<void>;
}

/** Writes nothing: what the demonstration begins with is no news. */
export const silent: AssignmentTell = {
  assigned: async () => {},
  takenOff: async () => {},
  moved: async () => {},
  lost: async () => {},
};

export function createTell(notices: Notices): AssignmentTell {
  /** To the people themselves. */
  async function own(
    unit: Unit,
    job: ToldJob,
    people: readonly string[],
    title: Bilingual,
  ): Promise<void> {
    const at = timeMark(job.from);
    for (const person of people) {
      await notices.notify(unit, {
        to: await accountsOf(unit.tx, person),
        kind: 'assignment.own',
        severity: 'info',
        title: { zh: `${title.zh}：${job.title}`, en: `${title.en}: ${job.title}` },
        body: { zh: `${at} 开始。`, en: `It begins on ${at}.` },
        link: noticeLink('assignment.own', job.id),
        subject: { entity: 'work-job', id: job.id },
        sameRecipients: true,
        sameWithinMinutes: 0,
      });
    }
  }

  return {
    assigned: (unit, job, person) =>
      own(unit, job, [person], { zh: '您被安排了作业', en: 'You are assigned to a job' }),
    takenOff: (unit, job, people) =>
      own(unit, job, people, { zh: '您的作业安排已取消', en: 'You are off the job' }),
    moved: (unit, job, people) =>
      own(unit, job, people, { zh: '您的作业有变更', en: 'Your job has changed' }),

    /** Once, to the planners of the job and those in charge of the place, in public words; the person reads all of it. */
    async lost(unit, job, { id, person, assignedBy, codes }) {
      const { tx } = unit;
      const { name } = await tx.person.findFirstOrThrow({
        where: { id: person },
        select: { name: true },
      });
      const holders = await readHolders(tx, 'assignment:manage');
      const inReach = new Set(
        job.departments.flatMap((department) =>
          within(holders, 'assignment:manage', { department, site: job.site }),
        ),
      );
      const planners = holders.filter(
        (one) =>
          inReach.has(one.id) &&
          (one.permissions.get('assignment:manage') !== 'all' ||
            one.id === job.createdBy ||
            one.id === assignedBy),
      );
      const own = await accountsOf(tx, person);
      const to = (planners.length > 0 ? planners.map((one) => one.id) : [...inReach]).filter(
        (user) => !own.includes(user),
      );
      const severity = job.status === 'running' ? 'critical' : 'warning';
      const reasons = planReasons(codes);
      await notices.notify(unit, {
        to,
        kind: 'assignment.not-allowed',
        severity,
        title: {
          zh: `${name} 不再符合作业“${job.title}”的要求`,
          en: `${name} may no longer do the job ${job.title}`,
        },
        body: {
          zh: reasons.map(({ text, cure }) => text.zh + cure.zh).join(''),
          en: reasons.map(({ text, cure }) => `${text.en} ${cure.en}`).join(' '),
        },
        link: noticeLink('assignment.not-allowed', job.id),
        subject: { entity: 'work-assignment', id },
      });
      await notices.notify(unit, {
        to: own,
        kind: 'assignment.own',
        severity,
        title: {
          zh: `您目前不能做这项作业：${job.title}`,
          en: `You may not do this job at present: ${job.title}`,
        },
        body: {
          zh: '打开“我的作业”查看原因与办法。',
          en: 'Open My work to see why, and what to do.',
        },
        link: noticeLink('assignment.own', job.id),
        subject: { entity: 'work-assignment', id },
      });
    },
  };
}
