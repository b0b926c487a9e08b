import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';

/** The messages of the dashboard's sources, by language. */
export interface Catalogue {
  zh: ReadonlySet<string>;
  en: ReadonlySet<string>;
  /** Latin words that the Chinese messages use themselves: names of files, formats and protocols. */
  latinInChinese: ReadonlySet<string>;
  /** Texts of both languages whose key says that a list is empty. */
  emptyTexts: ReadonlySet<string>;
}

const source = resolve(import.meta.dirname, '../../dashboard/src/lib');
/** Keys of texts that a list without entries shows. */
const emptyKey =
  /^(empty|none|nothing|nobody|no[A-Z]|all[A-Z]?(Done|Clear|Good)|quiet|clear$)|Empty|None$/;

/** Reads the messages out of the sources, also of functions: the constant pieces of their texts. */
export function readCatalogue(): Catalogue {
  const made = { zh: new Set<string>(), en: new Set<string>(), empty: new Set<string>() };
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
    (name) => /\.ts$/.test(name) && !name.endsWith('.test.ts'),
  );
  for (const name of files) {
    const side = /^i18n\/(zh|en)(-|\.)/.exec(name)?.[1] as 'zh' | 'en' | undefined;
    const text = readFileSync(join(source, name), 'utf8');
    // Messages are in pairs: a file without Chinese characters has none.
    if (side !== 'en' && !/\p{Script=Han}/u.test(text)) continue;
    const file = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
    collect(file, side, made);
  }
  const latinInChinese = new Set([...made.zh].flatMap((text) => latinWords(text)));
  return { zh: made.zh, en: made.en, latinInChinese, emptyTexts: made.empty };
}

type Made = Record<'zh' | 'en' | 'empty', Set<string>>;

function collect(node: ts.Node, side: 'zh' | 'en' | undefined, made: Made): void {
  const own = side ?? sideOf(node);
  if (own && (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || isTemplatePart(node))) {
    const text = node.text.trim();
    if (text !== '') {
      made[own].add(text);
      if (emptyKey.test(keyAbove(node))) made.empty.add(text);
    }
  }
  ts.forEachChild(node, (child) => collect(child, own, made));
}

const isTemplatePart = (node: ts.Node): node is ts.TemplateMiddle | ts.TemplateTail =>
  ts.isTemplateMiddle(node) || ts.isTemplateTail(node);

/** The language of an element of `['中文', 'English']`, or of the value of `{ zh, en }`. */
function sideOf(node: ts.Node): 'zh' | 'en' | undefined {
  const { parent } = node;
  if (!parent) return undefined;
  if (ts.isPropertyAssignment(parent) && parent.initializer === node) {
    const name = parent.name.getText();
    return name === 'zh' || name === 'en' ? name : undefined;
  }
  if (ts.isArrayLiteralExpression(parent) && parent.elements.length === 2) {
    // Only pairs of a key of words: `title: ['供应商', 'Suppliers']`.
    if (!ts.isPropertyAssignment(parent.parent)) return undefined;
    if (!/\p{Script=Han}/u.test(parent.elements[0]?.getText() ?? '')) return undefined;
    return parent.elements[0] === node ? 'zh' : 'en';
  }
  return undefined;
}

function keyAbove(node: ts.Node): string {
  for (let at: ts.Node | undefined = node; at; at = at.parent) {
    if (!ts.isPropertyAssignment(at)) continue;
    const name = at.name.getText().replaceAll(/['"]/g, '');
    if (name !== 'zh' && name !== 'en') return name;
  }
  return '';
}

/** Words of at least three letters; parts of ids, paths and addresses are none. */
export function latinWords(text: string): string[] {
  return (
    (text.match(/[\p{Script=Latin}\d_./:@#*+{}-]+/gu) ?? [])
      .map((token) => token.replaceAll(/^[.:/*+-]+|[.:/-]+$/g, ''))
      .filter((token) => /^\p{Script=Latin}{3,}$/u.test(token))
      // Abbreviations and names of techniques: RTSP, LoRa.
      .filter((token) => !/^\p{Lu}+s?$/u.test(token) && !/\p{Ll}\p{Lu}/u.test(token))
  );
}
