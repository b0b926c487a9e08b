import type { ModuleProblems } from './problem-texts.ts';

export type { ModuleProblems };

/**
 * Texts for a module's own problem codes: each feature folder may export them as `problems` from
 * its `problems.ts`.
 */
export const moduleProblems: ReadonlyMap<string, { zh: string; en: string }> = new Map(
  Object.values(
    import.meta.glob<ModuleProblems>('../features/*/problems.ts', {
      eager: true,
      import: 'problems',
    }),
  ).flatMap((problems) => Object.entries(problems)),
);
