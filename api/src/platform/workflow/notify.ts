import type { Unit } from '../db/unit-of-work.ts';
import { timeMark } from '../notices/times.ts';
import type { Notices, Severity } from '../notices/types.ts';
import type { EngineCore } from './core.ts';
import type { WorkflowState } from './definition.ts';
import type { WorkflowCase } from './engine-types.ts';
import { hiddenUsers } from './external-view.ts';

const limit = (dueAt: Date | null) =>
  dueAt
    ? { zh: `期限 ${timeMark(dueAt)}。`, en: `Due by ${timeMark(dueAt)}.` }
    : { zh: '没有期限。', en: 'There is no time limit.' };

/**
 * Notifies the assignees and the state's recipients; never the actor.
 *
 * @param about.listed the state's recipients.
 * @param about.from the previous state; null at the start of the case.
 * @param about.first the case and its record are created in this unit.
 */
export async function notifyOfState(
  unit: Unit,
  { parts: { notices }, noticeKinds }: Pick<EngineCore, 'parts' | 'noticeKinds'>,
  found: WorkflowCase,
  state: Pick<WorkflowState, 'id' | 'name'>,
  about: { listed: readonly string[]; from: string | null; first?: boolean },
): Promise<void> {
  const { listed, from } = about;
  const kindFor = (to: 'assignees' | 'listed') =>
    noticeKinds.get(found.definition.id)?.({ from, to: state.id }, to) ?? null;
  const first = about.first ? { first: true as const } : {};
  const self = unit.caller.account?.id;
  const assignees = found.assignees.filter((id) => id !== self);
  const { subject, link } = found;
  const apart = hiddenUsers(found.parts);
  const title = {
    zh: `${state.name.zh}:${found.title.zh}`,
    en: `${state.name.en}: ${found.title.en}`,
  };
  const due = limit(found.dueAt);
  if (assignees.length > 0) {
    await notices.notify(unit, {
      to: assignees,
      kind: kindFor('assignees') ?? 'workflow.assigned',
      severity: 'info',
      title,
      body: { zh: `轮到您处理。${due.zh}`, en: `It is your turn. ${due.en}` },
      link,
      subject,
      apart,
      ...first,
    });
  }
  const others = listed.filter((id) => id !== self && !assignees.includes(id));
  if (others.length > 0) {
    await notices.notify(unit, {
      to: others,
      kind: kindFor('listed') ?? 'workflow.entered',
      severity: 'info',
      title,
      body: {
        zh: `当前状态:${state.name.zh}。${found.dueAt ? due.zh : ''}`,
        en: `It is now: ${state.name.en}. ${found.dueAt ? due.en : ''}`.trimEnd(),
      },
      link,
      subject,
      apart,
      ...first,
    });
  }
}

/** Notifies of an approaching or exceeded time limit. */
export async function notifyOfDeadline(
  unit: Unit,
  notices: Notices,
  found: WorkflowCase,
  state: WorkflowState,
  options: { to: string[]; severity: Severity; escalated: boolean; now: Date },
): Promise<void> {
  const { dueAt } = found;
  if (!dueAt || options.to.length === 0) return;
  const isOver = dueAt <= options.now;
  const kind = !isOver
    ? 'workflow.reminder'
    : options.escalated
      ? 'workflow.escalated'
      : 'workflow.overdue';
  const [zh, en] = isOver ? ['已超期', 'Overdue'] : ['将到期', 'Due soon'];
  const clock = timeMark(dueAt);
  await notices.notify(unit, {
    to: options.to,
    kind,
    severity: options.severity,
    title: { zh: `${zh}：${found.title.zh}`, en: `${en}: ${found.title.en}` },
    body: {
      zh: `状态“${state.name.zh}”的期限${isOver ? '已于' : '为'} ${clock}${isOver ? '到期' : ''}。`,
      en: `The time limit of "${state.name.en}" ${isOver ? 'ended' : 'ends'} at ${clock}.`,
    },
    link: found.link,
    subject: found.subject,
    apart: hiddenUsers(found.parts),
  });
}
