import type { DataRequest } from '$lib/features/my-data/my-data-api.ts';
import type { Tone } from '$lib/ui/Chip.svelte';
import type { BackupRun, Compliance, Duty } from './privacy-api.ts';

/** Number of requirements by state. */
export function countDuties({ items }: Pick<Compliance, 'items'>): Record<Duty['status'], number> {
  const counts = { met: 0, confirmed: 0, 'to-confirm': 0, partly: 0, open: 0 };
  for (const { status } of items) counts[status] += 1;
  return counts;
}

/** The requirements by law, in order of appearance. */
export function byLaw(items: readonly Duty[]): { law: Duty['law']; duties: Duty[] }[] {
  const groups: { law: Duty['law']; duties: Duty[] }[] = [];
  for (const duty of items) {
    const known = groups.find(({ law }) => law.zh === duty.law.zh);
    if (known) known.duties.push(duty);
    else groups.push({ law: duty.law, duties: [duty] });
  }
  return groups;
}

/** Open requests by deadline, then decided ones, newest first. */
export function inOrder(requests: readonly DataRequest[]): DataRequest[] {
  const open = requests.filter(({ state }) => state === 'open');
  const decided = requests.filter(({ state }) => state !== 'open');
  return [
    ...open.sort((a, b) => a.dueAt.localeCompare(b.dueAt)),
    ...decided.sort((a, b) => (b.decidedAt ?? '').localeCompare(a.decidedAt ?? '')),
  ];
}

const dayMs = 86_400_000;
/** Whole days since the last success; null without one. */
export const ageInDays = (run: BackupRun | null, now: number): number | null =>
  run ? Math.max(0, Math.floor((now - Date.parse(run.finishedAt)) / dayMs)) : null;

/** A backup is daily, a drill quarterly: older ones are overdue. */
export function ageTone(days: number | null, due: number): Tone {
  if (days === null) return 'danger';
  return days <= due ? 'ok' : days <= due * 2 ? 'warn' : 'danger';
}

const units = ['B', 'KB', 'MB', 'GB', 'TB'];
/** 1536 as "1.5 KB". */
export function sizeOf(bytes: number): string {
  const power =
    bytes > 0 ? Math.min(units.length - 1, Math.floor(Math.log(bytes) / Math.log(1024))) : 0;
  const value = bytes / 1024 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}
