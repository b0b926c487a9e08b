/** Most shortcuts of a default: one row on a desk, four rows of two on a phone. */
export declare const MOST_BY_DEFAULT = 8;
/**
 * The shortcuts of a role where the person has chosen none, the most used first: ids of menu entries, or
 * `office/section`. What the role has at the top of its home anyway (report, tasks, notices) is left out
 * for roles that start there. A role that the company made has no line: it gets its menu.
 */
export declare const roleShortcuts: Readonly<Record<string, readonly string[]>>;
