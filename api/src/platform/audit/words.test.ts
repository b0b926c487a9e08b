import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { actions, entities } from './words.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !/\.test\.ts$|^(generated|testing)\//.test(file))
  .map((file) => ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), 99, true));

/** The string literals that a property may have, where they are written at the assignment. */
function literals(node: ts.Node): string[] {
  if (ts.isStringLiteral(node)) return [node.text];
  if (ts.isConditionalExpression(node)) {
    return [node.whenTrue, node.whenFalse].flatMap(literals);
  }
  return [];
}

/** The values of a property in calls of `audit({ … })`. */
function audited(property: 'action' | 'entity'): Set<string> {
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /(^|\.)audit$/.test(node.expression.getText())) {
      const [line] = node.arguments;
      for (const one of line && ts.isObjectLiteralExpression(line) ? line.properties : []) {
        if (!ts.isPropertyAssignment(one) || one.name.getText() !== property) continue;
        for (const value of literals(one.initializer)) found.add(value);
      }
    }
    ts.forEachChild(node, visit);
  };
  for (const source of sources) visit(source);
  return found;
}

describe('[SEC-08] words of the audit log', () => {
  it('exist for every action and entity of a line', () => {
    const named = { action: audited('action'), entity: audited('entity') };
    expect(named.action.size).toBeGreaterThan(30);
    expect([...named.action].filter((one) => !actions[one])).toEqual([]);
    expect(named.entity.size).toBeGreaterThan(25);
    expect([...named.entity].filter((one) => !entities[one])).toEqual([]);
  });

  it('exist for the lines that the database writes itself', () => {
    const migrations = join(root, '../prisma/migrations');
    const sql = readdirSync(migrations, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.sql'))
      .map((file) => readFileSync(join(migrations, file), 'utf8'))
      .join('\n');
    const written = [...sql.matchAll(/INSERT INTO audit_log[^;]*?, '([a-z-]+)', '([a-z-]+)',/g)];
    expect(written.length).toBe(sql.split('INSERT INTO audit_log').length - 1);
    const named = new Set(written.map(([, action = '', entity = '']) => `${action} ${entity}`));
    expect([...named]).toEqual(['revoke user']);
    const unknown = (one: string) => {
      const [action = '', entity = ''] = one.split(' ');
      return !actions[action] || !entities[entity];
    };
    expect([...named].filter(unknown)).toEqual([]);
  });

  it('exist for nothing else', () => {
    const text = sources
      .filter(({ fileName }) => !fileName.endsWith('manifest.ts'))
      .map((source) => source.text)
      .join('\n');
    // Composed actions: `request-${state}`, `consent-${decision}`, `penalty-${status}`.
    const composed = /^(request|consent|penalty)-/;
    const unused = [...Object.keys(actions), ...Object.keys(entities)].filter(
      (one) => !composed.test(one) && !text.includes(`'${one}'`),
    );
    expect(unused).toEqual([]);
  });
});
