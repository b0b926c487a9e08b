import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** A place that breaks a rule. */
export interface Fault {
  selector: string;
  what: string;
}

/** WCAG 2.2 up to AA; the size of targets is a rule of it that axe leaves off unless asked. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

interface Checker {
  run(options: object): Promise<{
    violations: {
      id: string;
      nodes: { target: (string | string[])[]; html: string; failureSummary: string }[];
    }[];
  }>;
}

/**
 * Violations of WCAG 2.2 AA, each place once.
 *
 * @param only the rules of one id alone: in a second theme only colours are different.
 */
export async function accessibilityFaults(page: Page, only?: string): Promise<Fault[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  return page.evaluate(
    async ({ tags, rule }) => {
      const { axe: checker } = globalThis as unknown as { axe: Checker };
      const runOnly = rule ? { type: 'rule', values: [rule] } : { type: 'tag', values: tags };
      const rules = rule ? {} : { 'target-size': { enabled: true } };
      const { violations } = await checker.run({ runOnly, rules, resultTypes: ['violations'] });
      return violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => {
          const where = target.flat().join(' ');
          const element = document.querySelector(where);
          const why = failureSummary.split('\n')[1]?.trim().slice(0, 160) ?? '';
          const shows = element?.textContent?.trim().replaceAll(/\s+/g, ' ').slice(0, 24) ?? '';
          return {
            selector: element ? globalThis.uiCheck.selectorOf(element) : where,
            what: `${id}: ${why}${id === 'color-contrast' ? ` "${shows}"` : ''}`,
          };
        }),
      );
    },
    { tags: TAGS, rule: only ?? null },
  );
}
