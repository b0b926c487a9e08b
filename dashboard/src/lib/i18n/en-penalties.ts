import type { Dictionary } from './dictionary.ts';

export const enPenalties: Pick<Dictionary, 'penalties'> = {
  penalties: {
    title: 'False reports and forged work',
    hintAll:
      'The system only hints. A person decides whether a report was false or a rectification forged; the person concerned may appeal, and another person decides.',
    hintOwn: 'Decisions about you. You may appeal once; another person decides on the appeal.',
    status: 'State',
    allStates: 'Any state',
    states: { 'in-force': 'In force', appealed: 'Appealed', upheld: 'Upheld', revoked: 'Revoked' },
    kinds: { 'false-report': 'False report', 'forged-rectification': 'Forged rectification' },
    empty: 'No decisions',
    emptyAll: 'No report was found false, and no rectification forged.',
    emptyOwn: 'There is no decision about you.',
    by: (name: string, at: string) => `Decided by ${name}, ${at}`,
    appeal: 'Appeal',
    appealTitle: 'Appeal against this decision?',
    appealText: 'You can appeal once. Another person decides on it.',
    appealReason: 'Why it is wrong',
    appealed: 'The appeal was handed in',
    appealOf: (at: string) => `Appeal (${at}):`,
    decisionOf: (at: string) => `Outcome (${at}):`,
    uphold: 'Uphold',
    upholdTitle: 'Uphold this decision?',
    revoke: 'Revoke',
    revokeTitle: 'Revoke this decision?',
    decisionReason: 'Reason',
    decided: 'The outcome is on record',
    penalise: 'Decide',
    penaliseAs: {
      'false-report': 'Decide: false report',
      'forged-rectification': 'Decide: forged rectification',
    },
    penalised: 'The decision is recorded, and the person concerned is notified',
    penaliseTitle: {
      'false-report': 'Decide that the report was false?',
      'forged-rectification': 'Decide that the rectification was forged?',
    },
    penaliseText: 'The person concerned is notified and may appeal; another person decides then.',
    penaliseReason: 'Reason, and what it rests on',
  },
};
