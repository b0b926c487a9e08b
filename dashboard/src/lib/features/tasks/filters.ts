export const scopes = ['mine', 'department'] as const;
export type TaskScope = (typeof scopes)[number];

/** What the list of tasks is narrowed to; it stands in the address of the page. */
export interface TaskFilters {
  scope: TaskScope;
  /** A kind of record; empty for all. */
  entity: string;
  overdue: boolean;
}

export const defaultFilters: TaskFilters = { scope: 'mine', entity: '', overdue: false };

/** Reads them from an address; what it does not know is left at the default. */
export function readFilters(query: URLSearchParams): TaskFilters {
  const entity = query.get('entity') ?? '';
  return {
    scope: scopes.find((one) => one === query.get('scope')) ?? 'mine',
    entity: /^[a-z0-9-]{1,64}$/.test(entity) ? entity : '',
    overdue: query.get('overdue') === 'true',
  };
}

/** As the end of an address; empty for the default. */
export function writeFilters({ scope, entity, overdue }: TaskFilters): string {
  const query = new URLSearchParams();
  if (scope !== 'mine') query.set('scope', scope);
  if (entity) query.set('entity', entity);
  if (overdue) query.set('overdue', 'true');
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

export const isNarrowed = ({ entity, overdue }: TaskFilters): boolean => entity !== '' || overdue;
