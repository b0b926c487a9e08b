import type { ModuleManifest } from '../../platform/manifest.ts';
import { wordRows } from '../../platform/manifest-forms.ts';

/** The words of a new tenant. */
export const dictionaries = {
  'fitness-check': {
    name: { zh: '健康检查类型', en: 'Kinds of medical checks' },
    words: wordRows([
      ['before-post', '上岗前', 'Before the post'],
      ['in-post', '在岗期间', 'In the post'],
      ['after-leave', '复工', 'Back to work'],
      ['end-of-post', '离岗时', 'At the end of the post'],
    ]),
  },
} as const satisfies NonNullable<ModuleManifest['dictionaries']>;
