import type { ModuleProblems } from './problem-texts.ts';

export type { ModuleProblems };

/**
 * What a person is told for the problem codes that only one module answers: each feature folder may
 * export them as `problems` from its `problems.ts`.
 */
export const moduleProblems: ReadonlyMap<string, { zh: string; en: string }> = new Map(
  Object.values(
    import.meta.glob<ModuleProblems>('../features/*/problems.ts', {
      eager: true,
      import: 'problems',
    }),
  ).flatMap((problems) => Object.entries(problems)),
);
