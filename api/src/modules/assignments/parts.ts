import type { Transaction } from '../../platform/db/database.ts';
import { wordsIn } from '../../platform/features/dictionaries.ts';
import { refusedField } from '../../platform/kit/refused-field.ts';
import type { MatchJob } from '../match/input.ts';
import { areaJob, jobOfPostRow, machineJob, noRequirements } from '../match/jobs.ts';

/** The fields of a job that determine the requirements on its crew. */
export interface AskingJob {
  id: string;
  areaId: string | null;
  machineId: string | null;
  work: string | null;
  postId: string | null;
}

/**
 * The requirements on the crew, as one match job each: of the machine, of the area, and of the kind of work with its post.
 * Each is decided separately, so that one cannot relax another. The area is the machine's present one; the area of the job
 * counts only for a machine without an area.
 *
 * @throws Problem `equipment.unknown`, `area.unknown`, `post.unknown`.
 */
export async function partsOf(tx: Transaction, job: AskingJob): Promise<MatchJob[]> {
  const parts: MatchJob[] = [];
  const machine = job.machineId === null ? null : (await machineJob(tx, job.machineId)).job;
  const area = machine?.area ?? job.areaId;
  if (machine) parts.push(machine);
  if (area !== null) parts.push((await areaJob(tx, area)).job);
  if (job.work === null && job.postId === null) return parts;
  const own = job.postId === null ? null : (await jobOfPostRow(tx, job.postId)).job;
  const work = job.work === null ? [] : [{ kind: 'special-work' as const, category: job.work }];
  parts.push({
    ...(own ?? noRequirements),
    id: `work-job:${job.id}`,
    area,
    machine: job.machineId,
    certificates: [
      ...work,
      ...(own?.certificates ?? []).filter(
        ({ kind, category }) => kind !== 'special-work' || category !== job.work,
      ),
    ],
    // A person with another post is on hold, regardless of certificates.
    byPost:
      job.postId === null
        ? []
        : [{ post: job.postId, certificates: [], skills: [], fitness: false }],
  });
  return parts;
}

/** The area of the job: that of its machine. @throws Problem with the field that is wrong. */
export async function requirePlace(
  tx: Transaction,
  given: Pick<AskingJob, 'areaId' | 'machineId' | 'work' | 'postId'>,
): Promise<{ areaId: string | null; machineId: string | null }> {
  const refuse = (field: keyof AskingJob, zh: string, en: string) =>
    refusedField('assignment.fields', field, { zh, en });
  const { areaId, machineId, work, postId } = given;
  if (areaId === null && machineId === null) {
    throw refuse('areaId', '作业须指定设备或区域。', 'A job is at a machine or in an area.');
  }
  const machine =
    machineId === null ? null : await tx.equipment.findFirst({ where: { id: machineId } });
  if (machineId !== null && !machine) {
    throw refuse('machineId', '没有这台设备。', 'There is no such machine.');
  }
  if (machine?.areaId != null && areaId !== null && areaId !== machine.areaId) {
    throw refuse('areaId', '该设备在另一个区域。', 'The machine stands in another area.');
  }
  const area = areaId ?? machine?.areaId ?? null;
  if (areaId !== null && !(await tx.area.findFirst({ where: { id: areaId, active: true } }))) {
    throw refuse('areaId', '没有这个在用区域。', 'There is no such area in use.');
  }
  if (work !== null) {
    const words = await wordsIn(tx, 'special-work-category');
    if (!words.some(({ id, active }) => id === work && active)) {
      throw refuse(
        'work',
        `“${work}”不是可选的特种作业类别。`,
        `"${work}" is no category of special work that is offered.`,
      );
    }
  }
  if (postId !== null && !(await tx.post.findFirst({ where: { id: postId, active: true } }))) {
    throw refuse('postId', '没有这个在用岗位。', 'There is no such post in use.');
  }
  return { areaId: area, machineId };
}
