/** A text in Chinese and in English. */
export interface Words {
  readonly zh: string;
  readonly en: string;
}

const CLASSES: Readonly<Record<string, Words>> = {
  person: { zh: '人员', en: 'Person' },
  helmet: { zh: '安全帽', en: 'Helmet' },
  head: { zh: '未戴帽的头', en: 'Bare head' },
  vest: { zh: '反光衣', en: 'Vest' },
  no_vest: { zh: '未穿反光衣', en: 'No vest' },
};

export const KINDS = {
  'wrong-verdict': { zh: '判定错误', en: 'Wrong verdict' },
  missed: { zh: '漏检', en: 'Missed' },
  'false-alarm': { zh: '误检', en: 'False alarm' },
} as const satisfies Record<string, Words>;

export const KIND_NOTES = {
  'wrong-verdict': {
    zh: '对这个人的判断与标注相反，人越大排得越前。',
    en: 'The rule says the opposite of the labels, largest people first.',
  },
  missed: {
    zh: '有标注，却没有可信的框对上，目标越大排得越前。',
    en: 'Labelled, but no trusted box hits it, largest first.',
  },
  'false-alarm': {
    zh: '可信的框没有对上任何标注，分数越高排得越前。',
    en: 'A trusted box that hits nothing labelled, highest scores first.',
  },
} as const satisfies Record<keyof typeof KINDS, Words>;

export const STATES = {
  worn: { zh: '已佩戴', en: 'worn' },
  missing: { zh: '未佩戴', en: 'missing' },
} as const satisfies Record<string, Words>;

/** A class name in both languages; an untranslated one keeps its name. */
export function classWords(label: string): Words {
  return CLASSES[label] ?? { zh: label, en: label };
}

/** Escapes text for HTML, also within quoted attributes. */
export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** Both languages in one element each; the style sheet shows the selected one. */
export function both({ zh, en }: Words): string {
  return `<span lang="zh">${escaped(zh)}</span><span lang="en">${escaped(en)}</span>`;
}
