import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const parse = (name: string, code: string) => ts.createSourceFile(name, code, 99, true);

/** Texts that are no notices, and why they have times. */
const elsewhere: Readonly<Record<string, string>> = {
  'modules/alarms/why-none.ts': 'the chain of an incident',
  'modules/emergency-ability/chain.ts': 'the chain of an incident',
  'modules/emergency-ability/file-section.ts': 'the document of a person',
  'modules/evidence-holds/chain.ts': 'the chain of an incident',
  'modules/gates/timeline.ts': 'the timeline of a person',
  'modules/models/reviews.ts': 'the day is part of the name of the record',
  'modules/people/facts.ts': 'what stays open where a person leaves, on a page',
  'modules/safety-file/file-section.ts': 'the document of a person',
  'modules/suppliers/gate.ts': 'reasons of a clearance, on a page',
  'modules/training/file-section.ts': 'the document of a person',
};
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !/\.test\.ts$|^(generated|testing)\//.test(file))

  .map((file) => parse(file, readFileSync(join(root, file), 'utf8')));

/** What writes a time as text, or a day as the database has it. */
const FORMATS =
  /^(formatInstant|toFormat|toISO\w*|toISOString|toLocale\w*String|toLocaleString|format\w*|dayText|dayAt|dayIn|todayAt)$/;
/** What a value is called that is a time. */
const TIME = /(At|On|Until|Day|Date|Time)$/;
const MARKS = new Set(['timeMark', 'dayMark']);

const nameOf = (node: ts.Expression): string =>
  ts.isPropertyAccessExpression(node) ? node.name.text : ts.isIdentifier(node) ? node.text : '';

/** The values of the constants of a file, by name. */
function constants(source: ts.SourceFile): Map<string, ts.Expression[]> {
  const found = new Map<string, ts.Expression[]>();
  const add = (name: string, value: ts.Expression) =>
    found.set(name, [...(found.get(name) ?? []), value]);
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && node.initializer) {
      const { name, initializer } = node;
      if (ts.isIdentifier(name)) add(name.text, initializer);
      else if (ts.isArrayBindingPattern(name)) {
        for (const one of name.elements) {
          if (ts.isBindingElement(one)) add(one.name.getText(), initializer);
        }
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Times in the two texts `{ zh, en }` of a file that are not marks. */
export function timesAsText(source: ts.SourceFile): string[] {
  const known = constants(source);
  const faults: string[] = [];
  const seen = new Set<ts.Node>();
  const look = (node: ts.Node, where: string): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      const name = nameOf(node.expression);
      if (MARKS.has(name)) return;
      if (FORMATS.test(name) || name === 'DateTimeFormat') {
        faults.push(`${source.fileName}: ${where} has ${node.getText().slice(0, 80)}`);
        return;
      }
    }
    // What was read from somewhere is a value.
    if (ts.isAwaitExpression(node)) return;
    if (ts.isIdentifier(node)) {
      for (const value of known.get(node.text) ?? []) look(value, where);
      return;
    }
    if (ts.isTemplateSpan(node) && TIME.test(nameOf(node.expression))) {
      faults.push(`${source.fileName}: ${where} has ${node.expression.getText()}`);
    }
    if (ts.isPropertyAccessExpression(node)) look(node.expression, where);
    else ts.forEachChild(node, (one) => look(one, where));
  };
  const visit = (node: ts.Node): void => {
    if (ts.isObjectLiteralExpression(node)) {
      const texts = node.properties.filter(
        (one) => ts.isPropertyAssignment(one) && /^(zh|en)$/.test(one.name?.getText() ?? ''),
      );
      if (texts.length === 2) {
        for (const one of texts) {
          seen.clear();
          look((one as ts.PropertyAssignment).initializer, one.name?.getText() ?? '');
        }
      }
    }
    // A pair `[zh, en]`.
    if (ts.isArrayLiteralExpression(node) && node.elements.length === 2) {
      const [zh, en] = node.elements.map((one) => one.getText());
      if (/^[`'].*[\u4e00-\u9fff]/.test(zh ?? '') && /^[`']/.test(en ?? '')) {
        for (const [at, one] of node.elements.entries()) {
          seen.clear();
          look(one, ['zh', 'en'][at] ?? '');
        }
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return faults;
}

/** Files in which marks are written. */
const marking = sources.filter(({ text }) => /\b(timeMark|dayMark)\(/.test(text));

describe('the texts of notices', () => {
  it('carry their times as marks: no template formats one itself', () => {
    expect(sources.length).toBeGreaterThan(1_000);
    const found = new Map(sources.map((source) => [source.fileName, timesAsText(source)] as const));
    const faults = [...found].filter(([file]) => !(file in elsewhere)).flatMap(([, all]) => all);
    expect(faults, 'write them by timeMark or dayMark').toEqual([]);
    const unneeded = Object.keys(elsewhere).filter((file) => !found.get(file)?.length);
    expect(unneeded, 'they have no times').toEqual([]);
  });

  it('alone have marks: nothing else would replace them', () => {
    expect(marking.length).toBeGreaterThan(12);
    const others = marking.filter(
      ({ text, fileName }) => !/notify\(/.test(text) && fileName !== 'platform/notices/times.ts',
    );
    expect(others.map(({ fileName }) => fileName)).toEqual([]);
  });
});

describe('the check', () => {
  it.each([
    'const a = { zh: `自 ${formatInstant(x, zone)} 起`, en: `Since` }',
    'const at = DateTime.now().toFormat("HH:mm"); const a = { zh: at, en: "x" }',
    'const [from, to] = [clock.format(a), clock.format(b)]; const a = { zh: "", en: `${from}` }',
    'const day = row.dueAt.toISOString().slice(0, 10); const a = { zh: "", en: `by ${day}` }',
    'const at = (d: Date) => new Intl.DateTimeFormat("en").format(d); const a = { zh: "", en: `${at(x)}` }',
    'const a = { zh: "", en: `by ${row.dueOn}` }',
    'const a = { zh: `${dayText(row.day)}`, en: "" }',
    'send([`计划 ${formatInstant(x, zone)} 结束。`, `It ends.`])',
    'const a = { zh: ok ? [`${x.toLocaleDateString()}`].join("") : "", en: "" }',
  ])('finds %s', (code) => {
    expect(timesAsText(parse('x.ts', code))).not.toEqual([]);
  });

  it.each([
    'const a = { zh: `自 ${timeMark(row.begunAt)} 起`, en: "" }',
    'const at = dayMark(dayText(row.day)); const a = { zh: at, en: at }',
    'const after = { at: row.at.toISOString() }; const a = { zh: "好", en: name }',
  ])('lets %s pass', (code) => {
    expect(timesAsText(parse('x.ts', code))).toEqual([]);
  });
});
