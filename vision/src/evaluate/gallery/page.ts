import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PpeCard } from '../../detect/model-card.ts';
import type { Mistake } from '../mistakes.ts';
import { mistakeCard } from './card.ts';
import { both, classWords, escaped, KIND_NOTES, KINDS, type Words } from './words.ts';

/** The header of the page. */
export interface GalleryFacts {
  readonly model: PpeCard;
  /** The least IoU of a hit. */
  readonly iou: number;
  /** Number of pictures in all sets. */
  readonly pictures: number;
}

const style = readFileSync(join(import.meta.dirname, 'page.css'), 'utf8');
const script = readFileSync(join(import.meta.dirname, 'page-script.js'), 'utf8');

/**
 * The worst errors as one self-contained page, with pictures, style and script embedded. In Chinese
 * and English, light and dark, for desktop and phone.
 *
 * @param mistakes of each kind, the worst first.
 */
export async function galleryPage(
  mistakes: readonly Mistake[],
  { model, iou, pictures }: GalleryFacts,
): Promise<string> {
  const trust = (label: string) => model.thresholds[label]?.trust ?? 1;
  const sections: string[] = [];
  for (const kind of Object.keys(KINDS) as (keyof typeof KINDS)[]) {
    const ofKind = mistakes
      .filter((mistake) => mistake.kind === kind)
      .sort((a, b) => b.weight - a.weight);
    if (ofKind.length === 0) continue;
    const cards: string[] = [];
    for (const mistake of ofKind) cards.push(await mistakeCard(mistake, trust));
    sections.push(
      `<section data-kind="${kind}"><h2>${both(KINDS[kind])} <span class="count">${ofKind.length}</span></h2>
<p class="note">${both(KIND_NOTES[kind])}</p><div class="cards">${cards.join('\n')}</div></section>`,
    );
  }
  const sets = [...new Set(mistakes.map(({ set }) => set))];
  const classes = [...new Set(mistakes.map(({ label }) => label))];
  const kinds = Object.entries(KINDS).filter(([kind]) =>
    mistakes.some((mistake) => mistake.kind === kind),
  );
  const filters = [
    filter('kind', { zh: '类型', en: 'Kind' }, kinds),
    filter(
      'set',
      { zh: '数据集', en: 'Set' },
      sets.map((set) => [set, { zh: set, en: set }]),
    ),
    filter(
      'class',
      { zh: '类别', en: 'Class' },
      classes.map((label) => [label, classWords(label)]),
    ),
  ];
  const facts: Words = {
    zh: `模型 ${model.name} ${model.version} · ${pictures} 张图片 · 重叠阈值 ${iou}`,
    en: `Model ${model.name} ${model.version} · ${pictures} pictures · overlap of a hit ${iou}`,
  };
  return `<!doctype html>
<html lang="zh" data-lang="zh">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>最严重的错误 · The worst mistakes · ${escaped(model.name)}</title>
<style>
${style}</style>
</head>
<body>
<header>
<div class="title"><h1>${both({ zh: '最严重的错误', en: 'The worst mistakes' })}</h1>
<p>${both(facts)}</p></div>
<div class="switches"><button type="button" id="language">${both({ zh: 'English', en: '中文' })}</button>
<button type="button" id="theme">${both({ zh: '明暗', en: 'Light / dark' })}</button></div>
</header>
<nav>
${filters.join('\n')}
</nav>
<p class="legend"><span class="key truth"></span>${both({ zh: '人工标注', en: 'labelled by people' })}
<span class="key drawn"></span>${both({ zh: '模型画出', en: 'drawn by the model' })}
<span class="key focus"></span>${both({ zh: '错误所在', en: 'the mistake' })}
<output id="shown"></output></p>
<main>
${sections.join('\n')}
<p id="nothing"${mistakes.length === 0 ? '' : ' hidden'}>${both({ zh: '没有错误。', en: 'There are no mistakes here.' })}</p>
</main>
<script>
${script}</script>
</body>
</html>
`;
}

/** A group of filter buttons; the first shows all. */
function filter(
  name: string,
  title: Words,
  choices: readonly (readonly [string, Words])[],
): string {
  const all: [string, Words] = ['', { zh: '全部', en: 'All' }];
  const inputs = [all, ...choices].map(
    ([value, words]) =>
      `<label><input type="radio" name="${name}" value="${escaped(value)}"${value === '' ? ' checked' : ''}><span>${both(words)}</span></label>`,
  );
  return `<fieldset><legend>${both(title)}</legend>${inputs.join('')}</fieldset>`;
}
