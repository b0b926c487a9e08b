export const scopes = ['mine', 'department'] as const;
export type TaskScope = (typeof scopes)[number];

/** The filters of the task list, stored in the page's address. */
export interface TaskFilters {
  scope: TaskScope;
  /** A kind of record; empty for all. */
  entity: string;
  overdue: boolean;
}

export const defaultFilters: TaskFilters = { scope: 'mine', entity: '', overdue: false };

/** Parses an address; unknown values get the default. */
export function readFilters(query: URLSearchParams): TaskFilters {
  const entity = query.get('entity') ?? '';
  return {
    scope: scopes.find((one) => one === query.get('scope')) ?? 'mine',
    entity: /^[a-z0-9-]{1,64}$/.test(entity) ? entity : '',
    overdue: query.get('overdue') === 'true',
  };
}

/** The query string; empty for the defaults. */
export function writeFilters({ scope, entity, overdue }: TaskFilters): string {
  const query = new URLSearchParams();
  if (scope !== 'mine') query.set('scope', scope);
  if (entity) query.set('entity', entity);
  if (overdue) query.set('overdue', 'true');
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

export const isNarrowed = ({ entity, overdue }: TaskFilters): boolean => entity !== '' || overdue;
