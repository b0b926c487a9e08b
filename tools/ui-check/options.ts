import { parseArgs } from 'node:util';

export const allWidths = [390, 820, 1440] as const;
export const allThemes = ['light', 'dark'] as const;
export const allLanguages = ['zh-CN', 'en'] as const;
export type Theme = (typeof allThemes)[number];
export type Language = (typeof allLanguages)[number];

/** What is walked; null stands for all. */
export interface UiOptions {
  /** An installation with the accounts of the demonstration; left out, a plant is started. */
  url: string | null;
  password: string | null;
  roles: readonly string[] | null;
  /** Paths; one that ends in `*` stands for all that begin so. */
  pages: readonly string[] | null;
  widths: readonly number[];
  themes: readonly Theme[];
  languages: readonly Language[];
  /** Whether pages are opened with failing, silent and empty lists. */
  states: boolean;
}

/** @throws Error where an option is unknown, or a width, theme or language does not exist. */
export function readOptions(args: readonly string[]): UiOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      url: { type: 'string' },
      password: { type: 'string' },
      roles: { type: 'string' },
      pages: { type: 'string' },
      widths: { type: 'string' },
      themes: { type: 'string' },
      languages: { type: 'string' },
      'no-states': { type: 'boolean', default: false },
    },
  });
  if (values.url !== undefined && values.password === undefined) {
    throw new Error('--url needs --password: the one of the accounts of its demonstration');
  }
  const widths = listOf(values.widths)?.map(Number) ?? allWidths;
  const wrong = widths.find((width) => !Number.isInteger(width) || width < 320 || width > 4000);
  if (wrong !== undefined) throw new Error('--widths takes whole pixels from 320 on, such as 390');
  return {
    url: values.url?.replace(/\/$/, '') ?? null,
    password: values.password ?? null,
    roles: listOf(values.roles),
    pages: listOf(values.pages),
    widths,
    themes: someOf('--themes', allThemes, listOf(values.themes)),
    languages: someOf('--languages', allLanguages, listOf(values.languages)),
    states: !values['no-states'],
  };
}

/** Whether the options name a path, or all. */
export function isWanted(pages: readonly string[] | null, path: string): boolean {
  if (pages === null) return true;
  return pages.some((one) =>
    one.endsWith('*') ? path.startsWith(one.slice(0, -1)) : path === one,
  );
}

const listOf = (text: string | undefined): string[] | null =>
  text === undefined ? null : text.split(',').map((one) => one.trim());

function someOf<Value extends string>(
  option: string,
  all: readonly Value[],
  given: readonly string[] | null,
): readonly Value[] {
  if (given === null) return all;
  return given.map((name) => {
    const found = all.find((one) => one === name);
    if (!found) throw new Error(`${option} does not know ${name}; it takes ${all.join(', ')}`);
    return found;
  });
}
