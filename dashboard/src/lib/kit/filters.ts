/** One filter of a list: its default, and its encoding in the address. */
export interface Filter<Value> {
  readonly usual: Value;
  /** Parses the address's parameter; invalid input gives the default. */
  read(text: string | null): Value;
  /** The address's parameter; null leaves it out. */
  write(value: Value): string | null;
}

/** A search text; '' matches everything. */
export const searchText = (max = 100): Filter<string> => ({
  usual: '',
  read: (text) => (text ?? '').slice(0, max),
  write: (value) => value.trim() || null,
});

/** An id, such as that of a department; '' is any. */
export const anyId = (): Filter<string> => ({
  usual: '',
  read: (text) => (text !== null && /^[\w.:-]{1,128}$/.test(text) ? text : ''),
  write: (value) => value || null,
});

/** One of a few values. */
export const oneOf = <const Value extends string>(
  values: readonly Value[],
  usual: Value,
): Filter<Value> => ({
  usual,
  read: (text) => values.find((value) => value === text) ?? usual,
  write: (value) => (value === usual ? null : value),
});

/** A calendar day, `2026-11-27`; '' is any. */
export const anyDay = (): Filter<string> => ({
  usual: '',
  read: (text) =>
    text !== null && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : '',
  write: (value) => value || null,
});

type Fields = Record<string, Filter<string>>;
type ValuesOf<Of> = { [Name in keyof Of]: Of[Name] extends Filter<infer Value> ? Value : never };
type QueryOf<Of> = {
  [Name in keyof Of]?: Of[Name] extends Filter<infer Value> ? Exclude<Value, ''> : never;
};

/** The filters of a list: one definition for the form, the address and the API. */
export interface Filters<Of extends Fields> {
  /** No filter is set. */
  readonly usual: ValuesOf<Of>;
  /** Parses an address. */
  read(query: URLSearchParams): ValuesOf<Of>;
  /** The query string with `?`; '' for the defaults. */
  write(values: ValuesOf<Of>): string;
  /** The API query: each filter by its name, without ''. */
  query(values: ValuesOf<Of>): QueryOf<Of>;
  /** Whether any filter differs from its default. */
  isNarrowed(values: ValuesOf<Of>): boolean;
}
/** The values of filters: `FilterValues<typeof peopleFilters>`. */
export type FilterValues<Of> = Of extends Filters<infer Defined> ? ValuesOf<Defined> : never;

/** Defines the filters of a list. Names are those of the address and of the API. */
export function defineFilters<const Of extends Fields>(fields: Of): Filters<Of> {
  const names = Object.keys(fields) as (keyof Of & string)[];
  const each = (value: (name: keyof Of & string) => unknown) =>
    Object.fromEntries(names.map((name) => [name, value(name)]));
  const written = (values: ValuesOf<Of>, name: keyof Of & string): string | null =>
    fields[name]!.write(values[name] as string);
  return {
    usual: each((name) => fields[name]!.usual) as ValuesOf<Of>,
    read: (query) => each((name) => fields[name]!.read(query.get(name))) as ValuesOf<Of>,
    write(values) {
      const query = new URLSearchParams();
      for (const name of names) {
        const text = written(values, name);
        if (text !== null) query.set(name, text);
      }
      return query.size === 0 ? '' : `?${query}`;
    },
    query: (values) =>
      Object.fromEntries(
        names.flatMap((name) => {
          const value = (values[name] as string).trim();
          return value === '' ? [] : [[name, value]];
        }),
      ) as QueryOf<Of>,
    isNarrowed: (values) => names.some((name) => written(values, name) !== null),
  };
}

/** An option of a select. */
export interface Option {
  value: string;
  text: string;
}

/** The options of a select, from values and labels. */
export const optionsOf = <Value extends string>(
  values: readonly Value[],
  words: Readonly<Record<Value, string>>,
): Option[] => values.map((value) => ({ value, text: words[value] }));

/**
 * A select filter of a `FilterBar`.
 *
 * @param all label of the option for all: `All kinds`.
 */
export const choice = <Name extends string>(
  name: Name,
  label: string,
  all: string,
  options: readonly Option[],
) => ({ name, label, options: [{ value: '', text: all }, ...options] });
