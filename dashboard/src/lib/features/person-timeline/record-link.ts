import type { Permission } from '$lib/session/can.ts';

/**
 * The pages of records: for those who may read them, and for the person. The id may end in the step, after a dot; the
 * record is another one where an entry is read on its page.
 */
const pages: Record<string, { may: Permission; page: string; own: string | null }> = {
  qualification: {
    may: 'qualification:read',
    page: '/qualifications/:id',
    own: '/me/qualifications',
  },
  gate: { may: 'gate:read', page: '/gates/:id', own: null },
  violation: {
    may: 'violation:read',
    page: '/violations/:record?status=all',
    own: '/me/violations/:id',
  },
  job: { may: 'assignment:read', page: '/assignments/:record', own: '/me/work' },
  fence: { may: 'fence:read', page: '/area-fences/:id', own: '/me/fences/:id' },
};

/**
 * The page of the record of an entry.
 *
 * @param isOwn whether the person reads their own timeline.
 * @returns null where there is none, or the account may not open it.
 */
export function recordLink(
  { kind, id, record }: { kind: string; id: string; record: string },
  isOwn: boolean,
  can: (permission: Permission) => boolean,
): string | null {
  const found = pages[kind];
  if (!found) return null;
  const page = isOwn ? found.own : can(found.may) ? found.page : null;
  return page?.replace(':id', id.split('.')[0] ?? id).replace(':record', record) ?? null;
}

/** The instants of days of a calendar where the person is: from the first moment of one to the last of the other. */
export function periodOf(
  first: string,
  last: string,
): {
  from?: string;
  until?: string;
} {
  const at = (day: string, plus: number): string => {
    const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
    return new Date(year, month - 1, date + plus).toISOString();
  };
  return { ...(first && { from: at(first, 0) }), ...(last && { until: at(last, 1) }) };
}
