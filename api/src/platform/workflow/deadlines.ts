import type { Calendar } from '../calendar/calendar.ts';
import type { WorkflowState } from './definition.ts';

/** The position of the row that stands for the end of the time limit itself. */
export const OVERDUE = -1;

/** When the time limit of a state ends for a case that enters it now; null where it has none. */
export function dueAtOf(state: WorkflowState, enteredAt: Date, calendar: Calendar): Date | null {
  return state.deadline ? calendar.add(enteredAt, state.deadline) : null;
}

/**
 * What the job has to do while the case stays: each reminder at its time, and the end of the limit.
 * A reminder whose time is over on entering, where a person set a shorter limit, is left out.
 */
export function planReminders(
  state: WorkflowState,
  enteredAt: Date,
  dueAt: Date | null,
): { position: number; at: Date }[] {
  if (!dueAt) return [];
  return [
    { position: OVERDUE, at: dueAt },
    ...state.reminders
      .map(({ hours }, position) => ({
        position,
        at: new Date(dueAt.getTime() + hours * 3_600_000),
      }))
      .filter(({ position, at }) => at > enteredAt || (state.reminders[position]?.hours ?? 0) >= 0),
  ];
}
