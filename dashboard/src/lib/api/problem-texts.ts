/** A text in both languages, by the code of a problem. */
export type ModuleProblems = Readonly<Record<string, { zh: string; en: string }>>;

/** The texts of a module's problems from rows: code, Chinese, English. */
export const problemTexts = (
  rows: Readonly<Record<string, readonly [zh: string, en: string]>>,
): ModuleProblems =>
  Object.fromEntries(Object.entries(rows).map(([code, [zh, en]]) => [code, { zh, en }]));
