import type { FileRow, FileSection } from '../../platform/file-sections.ts';
import { dayText } from '../../platform/kit/schemas.ts';
import { dayAt } from '../../platform/rules/rule-at.ts';
import { factOf, readCourses, trainingRows } from './records.ts';
import { stateOf, type TrainingState } from './state.ts';

const words = {
  zh: {
    states: {
      passed: '合格',
      over: '合格，已过有效期',
      replaced: '合格，此后考核不合格',
      failed: '不合格',
      due: '须再培训',
      overdue: '再培训逾期',
      done: '再培训已合格',
      withdrawn: '已撤回',
    },
    on: (day: string) => `${day} 考核`,
    from: (day: string) => `${day} 提出`,
    until: (day: string) => `至 ${day}`,
    noEnd: '长期',
    retraining: '须再培训的课程',
    overdue: (course: string) => `${course}（已逾期）`,
    none: '没有培训记录。',
  },
  en: {
    states: {
      passed: 'passed',
      over: 'passed, ended',
      replaced: 'passed, failed since',
      failed: 'failed',
      due: 'retraining due',
      overdue: 'retraining overdue',
      done: 'retraining passed',
      withdrawn: 'withdrawn',
    },
    on: (day: string) => `held on ${day}`,
    from: (day: string) => `demanded on ${day}`,
    until: (day: string) => `until ${day}`,
    noEnd: 'no end',
    retraining: 'Retraining due',
    overdue: (course: string) => `${course} (overdue)`,
    none: 'No training is on record.',
  },
} as const;

const forOutside: readonly TrainingState[] = ['passed', 'over'];
const open: readonly TrainingState[] = ['due', 'overdue'];

/**
 * Courses that the person passed or failed, and retraining. Those outside get the passed ones alone, without the words of
 * people.
 */
export const fileSections: readonly FileSection[] = [
  {
    id: 'training',
    name: { zh: '培训', en: 'Training' },
    permission: 'qualification:read',
    feature: 'qualifications',
    order: 35,
    async read(tx, { person, recipient, language, at, timeZone }) {
      const t = words[language];
      const isOutside = recipient === 'outside';
      const today = dayAt(at, timeZone);
      const rows = await trainingRows(tx, { personId: person });
      const facts = rows.map(factOf);
      const courses = await readCourses(tx);
      const all = rows
        .map((row) => ({
          row,
          state: stateOf(factOf(row), facts, today),
          course: courses.name(row.course)[language],
        }))
        .filter(({ state }) => state !== 'withdrawn')
        .filter(({ state }) => !isOutside || forOutside.includes(state));
      const shown = all.map(({ row, state, course }): FileRow => {
        const until = dayText(row.until);
        const held = dayText(row.heldOn);
        const parts = [
          t.states[state],
          row.result === 'due' ? t.from(held) : t.on(held),
          ...(row.result === 'failed' ? [] : [until === null ? t.noEnd : t.until(until)]),
          ...(isOutside ? [] : [row.source]),
        ];
        return [course, parts.join(' · ')];
      });
      const due = all
        .filter(({ state }) => open.includes(state))
        .map(({ state, course }) => (state === 'overdue' ? t.overdue(course) : course));
      return {
        summary:
          due.length === 0
            ? []
            : [{ id: 'retraining', label: t.retraining, value: due.join('\n'), isOpen: true }],
        blocks:
          shown.length === 0 ? [{ type: 'text', text: t.none }] : [{ type: 'facts', rows: shown }],
      };
    },
  },
];
