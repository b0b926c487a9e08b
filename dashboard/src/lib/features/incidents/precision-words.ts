import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const precisionWords = moduleWords({
  line: [
    (rule: string, camera: string, right: number, wrong: number) =>
      `最近 30 天，${camera} 的“${rule}”：正确 ${right} 次，误检 ${wrong} 次。`,
    (rule: string, camera: string, right: number, wrong: number) =>
      `${rule} at ${camera} in the last 30 days: right ${right}, false ${wrong}.`,
  ],
  suggestions: {
    mask: [
      '误检多为非人物体：建议遮挡该处，并在录像上测试。',
      'Most of the false ones are no people: mask that place, and test the change on recordings.',
    ],
    test: [
      '误检较多：建议调整区域，并在录像上测试后再启用。',
      'Many are false: change the zone, and test the draft on recordings before it is used.',
    ],
    rest: [
      '多为允许的作业：建议在这些时段让该规则停用。',
      'Most are permitted work: let the rule rest at those times.',
    ],
  },
  links: {
    mask: ['绘制并测试', 'Draw and test it'],
    test: ['修改并测试', 'Change and test it'],
    rest: ['规则启用时段', 'When rules apply'],
  },
});
