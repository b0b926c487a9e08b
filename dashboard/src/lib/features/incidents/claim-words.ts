import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

/** Words of who looks at an incident. */
export const claimWords = moduleWords({
  title: ['由谁查看', 'Who looks at it'],
  claim: ['认领', 'Claim'],
  release: ['放开', 'Give back'],
  assign: ['指派…', 'Assign…'],
  takeOver: ['接手', 'Take over'],
  free: ['无人认领', 'No reviewer has it'],
  mine: [(until: string) => `由你查看，至 ${until}`, (until: string) => `Yours until ${until}`],
  assignedToMe: [
    (from: string, until: string) => `${from}指派给你，至 ${until}`,
    (from: string, until: string) => `${from} assigned it to you, until ${until}`,
  ],
  of: [
    (who: string, until: string) => `${who}正在查看，至 ${until}`,
    (who: string, until: string) => `${who} is looking at it, until ${until}`,
  ],
  assignedTo: [
    (who: string, until: string) => `已指派给${who}，至 ${until}`,
    (who: string, until: string) => `Assigned to ${who}, until ${until}`,
  ],
  ask: {
    title: [(who: string) => `${who}正在查看这件事件`, (who: string) => `${who} is looking at it`],
    text: [
      '如果你先作出结论，对方会看到你的结论。',
      'If you decide first, your colleague sees your verdict.',
    ],
    action: ['仍然作出结论', 'Decide all the same'],
    many: [
      (n: number) => `其中 ${n} 件由他人查看`,
      (n: number) =>
        n === 1
          ? '1 of them is looked at by a colleague'
          : `${n} of them are looked at by colleagues`,
    ],
    takeOver: [(who: string) => `从${who}接手？`, (who: string) => `Take it over from ${who}?`],
    takeOverText: ['对方的认领随即结束。', 'The claim of your colleague ends then.'],
  },
  filter: {
    label: ['认领', 'Claims'],
    all: ['不限认领', 'Claimed or not'],
    mine: ['由我查看', 'Mine'],
    free: ['他人未认领', 'Free'],
  },
  assignTitle: ['指派给同事', 'Assign to a colleague'],
  assignHint: [
    '八小时内由对方查看，作出结论后结束；不妨碍其他人作出结论。',
    'It is with your colleague for eight hours, or until it is decided. Others may still decide.',
  ],
  colleague: ['同事', 'Colleague'],
  noColleague: ['没有其他人可以复核这件事件。', 'No other account may review this incident.'],
  assignAction: ['指派', 'Assign'],
  assigned: ['已指派', 'Assigned'],
  key: ['认领或放开', 'Claim, or give back'],
});
