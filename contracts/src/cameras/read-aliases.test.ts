import { describe, expect, it } from 'vitest';
import { good, problemsOf } from '../testing/cameras-file.ts';

describe('a cameras file whose aliases multiply', () => {
  const levels = Array.from(
    { length: 9 },
    (_, n) =>
      `x${n}: &x${n} [${Array(9)
        .fill(n === 0 ? 'lol' : `*x${n - 1}`)
        .join(', ')}]`,
  );

  it('is refused by name and line before it is expanded', () => {
    const [problem, ...others] = problemsOf(`${levels.join('\n')}\n${good}`);
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ file: 'cameras.yaml', line: 2 });
    expect(problem?.message).toContain('alias bomb');
  });

  it('may use aliases as such', () => {
    const shared = good.replace(
      'name: { zh: 单元, en: Cell }',
      'name: &cell { zh: 单元, en: Cell }',
    );
    const second = `      - { id: other, name: *cell, kind: walkway, polygon: [[0, 0], [9, 0], [9, 9]] }\n    lines:`;
    expect(problemsOf(shared.replace('    lines:', second))).toEqual([]);
  });
});
