import type { BenchResult } from '../bench/result.ts';

/** What is looked for, and how much of it is allowed. */
export const checks = [
  'axe',
  'language',
  'jargon',
  'depth',
  'target',
  'overflow',
  'empty-column',
  'no-error-state',
  'no-loading-state',
  'no-empty-state',
] as const;
export type Check = (typeof checks)[number];

/** One fault, with where it is seen. */
export interface Finding {
  check: Check;
  page: string;
  role: string;
  width: number;
  theme: string;
  language: string;
  selector: string;
  /** In words: the rule, the text or the size. */
  what: string;
}

export interface Measured {
  roles: number;
  pages: number;
  /** Pages times roles, widths, themes and languages. */
  views: number;
  /** Pages that were opened with failing, silent and empty lists. */
  stateViews: number;
  firstContentMs: number;
  routeChangeMs: number;
  routeChanges: number;
  bundleKb: number;
}

export const limits = { firstContentMs: 1000, routeChangeMs: 100, bundleKb: 250 };

/** Findings of one kind, the most frequent first: the same fault is on many pages and for many roles. */
export function grouped(findings: readonly Finding[]): { what: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { check, what } of findings) {
    const key = `${check}: ${what}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts]
    .map(([what, count]) => ({ what, count }))
    .sort((a, b) => b.count - a.count || a.what.localeCompare(b.what));
}

/** The result; `ok` is false where a count is above 0 or a time or size above its limit. */
export function resultOf(findings: readonly Finding[], measured: Measured): BenchResult {
  const counts = Object.fromEntries(
    checks.map((check) => [camel(check), findings.filter((one) => one.check === check).length]),
  );
  const { firstContentMs, routeChangeMs, bundleKb } = measured;
  const inTime =
    firstContentMs <= limits.firstContentMs &&
    routeChangeMs <= limits.routeChangeMs &&
    bundleKb <= limits.bundleKb;
  return {
    bench: 'ui',
    ok: findings.length === 0 && inTime && measured.views > 0,
    figures: { ...counts, findings: findings.length, ...measured },
    ratio: routeChangeMs / limits.routeChangeMs,
    against: `a route change of ${limits.routeChangeMs} ms`,
  };
}

const camel = (name: string) =>
  name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
