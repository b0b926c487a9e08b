import { Setting } from '$lib/settings/setting.svelte.ts';

/** How a person wants one list. */
export interface ListChoice {
  /** Less height for each row. */
  compact?: true;
  /** Ids of the columns that are left out. */
  hidden?: readonly string[];
  /** The filters with which the list opens, as its address has them; left out where they are not kept. */
  filters?: string;
}
/** By the key of the list. */
type Choices = Readonly<Record<string, ListChoice>>;

/** As the API takes them: see `user-settings/manifest.ts`. */
const KEY = /^[a-z][a-z0-9-]{0,62}$/;
const MOST_FILTERS = 300;

function choiceOf(value: unknown): ListChoice | null {
  if (typeof value !== 'object' || value === null) return null;
  const { compact, hidden, filters } = value as Record<string, unknown>;
  return {
    ...(compact === true && { compact }),
    ...(Array.isArray(hidden) && {
      hidden: hidden.filter((id): id is string => typeof id === 'string'),
    }),
    ...(typeof filters === 'string' && filters.length <= MOST_FILTERS && { filters }),
  };
}

const setting = new Setting<Choices>({
  key: 'lists',
  copy: 'anshi.lists',
  usual: () => ({}),
  parse: (value) =>
    typeof value !== 'object' || value === null || Array.isArray(value)
      ? null
      : Object.fromEntries(
          Object.entries(value).flatMap(([key, one]) => {
            const choice = KEY.test(key) ? choiceOf(one) : null;
            return choice ? [[key, choice]] : [];
          }),
        ),
});

/** Density, columns and filters of lists, as the person chose them. */
export const listChoices = {
  of: (key: string): ListChoice => setting.value[key] ?? {},

  setCompact: (key: string, compact: boolean): void =>
    change(key, ({ compact: _, ...rest }) => (compact ? { ...rest, compact } : rest)),

  /** Shows a column, or leaves it out. */
  setShown: (key: string, column: string, isShown: boolean): void =>
    change(key, ({ hidden = [], ...rest }) => {
      const others = hidden.filter((id) => id !== column);
      const next = isShown ? others : [...others, column];
      return next.length > 0 ? { ...rest, hidden: next } : rest;
    }),

  /** @param filters as the address has them, with `?`, or empty for none; null: they are not kept. */
  keepFilters(key: string, filters: string | null): void {
    if ((this.of(key).filters ?? null) === filters) return;
    if (filters !== null && filters.length > MOST_FILTERS) return;
    change(key, ({ filters: _, ...rest }) => (filters === null ? rest : { ...rest, filters }));
  },
};

function change(key: string, update: (choice: ListChoice) => ListChoice): void {
  setting.change(({ [key]: now = {}, ...others }) => {
    const next = update(now);
    return Object.keys(next).length === 0 ? others : { ...others, [key]: next };
  });
}
