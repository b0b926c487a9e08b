import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { budgetOf, budgets, exceptions, overBudget, timesOf } from './budgets.mjs';

const root = resolve(import.meta.dirname, '../..');
const file = (name: string, project: string, seconds: number) => ({
  name: join(root, name),
  project,
  seconds,
  status: 'passed',
  assertionResults: [],
});

it('every project has a budget, and every exception is a file with a reason and more seconds', async () => {
  // Imported dynamically: its types are checked separately.
  const { default: config } = (await import(join(root, 'vitest.config.ts'))) as {
    default: { test: { projects: { test: { name: string } }[] } };
  };
  const { projects } = config.test;
  expect(Object.keys(budgets).sort()).toEqual(projects.map(({ test }) => test.name).sort());
  for (const [name, { seconds, reason }] of Object.entries(exceptions)) {
    expect([name, existsSync(join(root, name)), reason.length > 20]).toEqual([name, true, true]);
    expect(seconds).toBeGreaterThan(Math.min(...Object.values(budgets)));
  }
});

it('a file over its budget is named with both figures; the factor allows more, and so does what others use', () => {
  const within = file('api/a.int.test.ts', 'integration', (budgets.integration ?? 0) - 1);
  const over = file('api/b.int.test.ts', 'integration', (budgets.integration ?? 0) + 1.25);
  const [line, ...more] = overBudget(root, [within, over], 1).map((one) => one.line);
  expect(more).toEqual([]);
  expect(line).toMatch(/^api\/b\.int\.test\.ts took 61\.3 s, its budget is 60 s/);
  expect(overBudget(root, [within, over], 2)).toEqual([]);
  const busy = { ...over, allowance: 1.5 };
  expect(overBudget(root, [busy], 1)).toEqual([]);
  expect(overBudget(root, [{ ...busy, seconds: 91 }], 1).map((one) => one.line)).toEqual([
    expect.stringContaining('its budget is 60 s x 1.50 for what others used'),
  ]);
  const [exception = ''] = Object.keys(exceptions);
  expect(budgetOf(root, file(exception, 'integration', 1))).toBe(exceptions[exception]?.seconds);
});

it('the seconds of each project and the slowest files are listed', () => {
  const lines = timesOf(root, [file('a', 'unit', 1), file('b', 'unit', 2), file('c', 'e2e', 30)]);
  expect(lines.map((line) => line.trim())).toEqual([
    'seconds of each project, its files one after the other:',
    '3.0 s  unit (2 files)',
    '30.0 s  e2e (1 files)',
    'slowest files:',
    '30.0 s  c',
    '2.0 s  b',
    '1.0 s  a',
  ]);
});
