/** Properties for grouping people. */
export const bys = ['department', 'post', 'status', 'hired-year'] as const;
export type By = (typeof bys)[number];
