import { dayText } from '../../platform/kit/schemas.ts';
import type { NotOwed, ObligationProvider, Owed } from '../../platform/obligations/types.ts';
import { stateOf as stateOfEntry, withHistory } from '../safety-file/rows.ts';
import { factOf, readCourses, trainingRows } from './records.ts';
import { nextOf } from './state.ts';

export const RETRAINING = 'retraining' as const;

/** Retraining after a violation: it ends with the pass. */
export const retrainings: ObligationProvider = {
  async read(tx, sources) {
    const rows = await trainingRows(tx, {
      result: 'due',
      ...(sources === null ? {} : { id: { in: [...sources] } }),
    });
    const people = [...new Set(rows.map(({ personId }) => personId))];
    const passes = await trainingRows(tx, { result: 'passed', personId: { in: people } });
    const courses = await readCourses(tx);
    // Events of entries that ended while the module was off were skipped.
    const entries = await tx.safetyEntry.findMany({
      where: { id: { in: rows.flatMap(({ entryId }) => entryId ?? []) } },
      include: withHistory,
    });
    const ended = new Set(
      entries
        .filter((entry) => ['taken-back', 'withdrawn'].includes(stateOfEntry(entry)))
        .map(({ id }) => id),
    );
    return rows.map((row): Owed | NotOwed => {
      const { id: source, personId: person, course } = row;
      if (row.withdrawnAt !== null || (row.entryId !== null && ended.has(row.entryId))) {
        return { source, closed: 'not-needed' };
      }
      if (row.person.status === 'left') return { source, closed: 'left' };
      const own = passes.filter(({ personId }) => personId === person).map(factOf);
      const pass = nextOf(factOf(row), own, 'passed');
      return {
        source,
        subject: person,
        person,
        detail: courses.name(course),
        department: row.person.departmentId,
        site: row.person.department.site,
        due: {
          by: 'date',
          on: dayText(row.until),
          basis: source,
          done: pass ? { on: pass.heldOn, evidence: pass.id } : null,
        },
      };
    });
  },
};
