import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const words = moduleWords({
  title: ['特种作业类别', 'Trade of special work'],
  none: ['不属于特种作业', 'In no trade'],
  derived: [
    '由现场的要求得出，复核人可以更改。',
    'Derived from what is asked for at the place; a reviewer can change it.',
  ],
  hint: [
    '自上次复审以来同一类别确认的违章达到规定次数，该证书复审不予通过。确认时未选择的，由现场的要求得出。',
    'So many confirmed violations in one trade since the last review, as the law says, fail the review of that certificate. What was not chosen is derived at the verdict from what is asked for at the place.',
  ],
});
