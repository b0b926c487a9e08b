import type { WorkflowRecord } from './types.ts';

const hour = 3_600_000;
const day = 24 * hour;

/** Urgency of a deadline. `soon`: less than a day is left. */
export type Urgency = 'none' | 'ahead' | 'soon' | 'over' | 'closed';

export interface Deadline {
  urgency: Urgency;
  /** Time left, or time overdue; ms, never negative. */
  left: number;
}

/** State of a record's deadline at an instant, ms since the epoch. */
export function deadlineOf(
  record: Pick<WorkflowRecord, 'dueAt' | 'closedAt'>,
  now: number,
): Deadline {
  if (record.closedAt) return { urgency: 'closed', left: 0 };
  if (!record.dueAt) return { urgency: 'none', left: 0 };
  const left = Date.parse(record.dueAt) - now;
  if (left <= 0) return { urgency: 'over', left: -left };
  return { urgency: left < day ? 'soon' : 'ahead', left };
}

/** The two largest units of a span: 3 days 4 hours, 5 hours 12 minutes, 12 minutes. */
export function span(ms: number): { days: number; hours: number; minutes: number } {
  const days = Math.floor(ms / day);
  const hours = Math.floor((ms % day) / hour);
  const minutes = Math.floor((ms % hour) / 60_000);
  return days > 0 ? { days, hours, minutes: 0 } : { days: 0, hours, minutes };
}
