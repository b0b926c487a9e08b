import type { Calendar } from '../calendar/calendar.ts';
import type { WorkflowState } from './definition.ts';

/** Pseudo position of the row for the end of the time limit. */
export const OVERDUE = -1;

/** End of a state's time limit for a case that enters it now; null without one. */
export function dueAtOf(state: WorkflowState, enteredAt: Date, calendar: Calendar): Date | null {
  return state.deadline ? calendar.add(enteredAt, state.deadline) : null;
}

/**
 * The scheduled rows of a case in this state: reminders, and the end of the limit. Reminders
 * already past on entering, because a person set a shorter limit, are left out.
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
