import { caseList, hotWork, permit, welder, welding } from './base.ts';

const { cases, ask } = caseList(400);

ask('no skill', ['deny', 'skill-missing'], { skills: [] });
ask('level too low', ['deny', 'skill-level-low'], {
  skills: [{ skill: 'mag-welding', level: 1, from: '2022-01-01', until: null, suspended: [] }],
});
ask('skill ended', ['deny', 'skill-not-valid'], {
  skills: [
    { skill: 'mag-welding', level: 3, from: '2022-01-01', until: '2026-11-27', suspended: [] },
  ],
});
ask('lower level valid, higher ended', ['deny', 'skill-level-low'], {
  skills: [
    { skill: 'mag-welding', level: 3, from: '2022-01-01', until: '2026-11-27', suspended: [] },
    { skill: 'mag-welding', level: 1, from: '2022-01-01', until: null, suspended: [] },
  ],
});
ask('no medical check', ['hold', 'fitness-missing'], { fitness: [] });
ask('medical check over', ['hold', 'fitness-missing'], {
  fitness: [{ result: 'fit', notFor: [], on: '2025-11-28', until: '2026-11-27' }],
});
ask('unfit after fit', ['deny', 'not-fit'], {
  fitness: [...welder.fitness, { result: 'unfit', notFor: [], on: '2026-10-01', until: null }],
});
ask('restricted for the exposure', ['deny', 'not-fit'], {
  fitness: [{ result: 'restricted', notFor: ['welding-fume'], on: '2026-10-01', until: null }],
});
ask('restricted for another', ['allow'], {
  fitness: [{ result: 'restricted', notFor: ['noise'], on: '2026-10-01', until: null }],
});
ask('no training', ['deny', 'training-missing'], { trainings: [] });
ask('training over', ['deny', 'training-over'], {
  trainings: [{ course: 'workshop-entry', passedOn: '2025-01-10', until: '2026-01-09' }],
});
const retraining = [{ id: 't-1', course: 'lock-out', until: '2026-11-27' }];
ask('retraining overdue', ['hold', 'retraining-overdue'], { retraining });
ask('retraining due today', ['allow'], {
  retraining: [{ ...retraining[0]!, until: '2026-11-28' }],
});
const grace = {
  id: 'o-grace',
  rule: 'retraining-machines-after',
  value: { kind: 'amount', amount: 7, unit: 'days', bound: 'at-most' },
  from: '2026-01-01',
  until: null,
  reason: 'Courses are held weekly',
} as const;
const overrides = [grace];
ask(
  'retraining overdue within the grace of the company',
  ['allow'],
  { retraining },
  {},
  { overrides },
);
ask(
  'retraining overdue after the grace of the company',
  ['hold', 'retraining-overdue'],
  { retraining: [{ ...retraining[0]!, until: '2026-11-20' }] },
  {},
  { overrides },
);
ask('retraining overdue, not at a machine', ['allow'], { retraining }, { machine: null });
ask('permit in force', ['allow'], { permits: [permit] }, hotWork);
ask('no permit', ['deny', 'permit-missing'], {}, hotWork);
ask(
  'permit for another area',
  ['deny', 'permit-missing'],
  { permits: [{ ...permit, area: 'hall-b' }] },
  hotWork,
);
ask(
  'permit of another kind',
  ['deny', 'permit-missing'],
  { permits: [{ ...permit, kind: 'confined-space' }] },
  hotWork,
);
ask('permit over', ['deny', 'permit-over'], { permits: [permit] }, hotWork, {
  at: '2026-11-28T16:00:00+08:00',
});
ask('last second of the permit', ['allow'], { permits: [permit] }, hotWork, {
  at: '2026-11-28T15:59:59+08:00',
});
ask('permit not begun', ['deny', 'permit-not-yet'], { permits: [permit] }, hotWork, {
  at: '2026-11-28T07:59:59+08:00',
});
ask(
  'permit closed early',
  ['deny', 'permit-over'],
  { permits: [{ ...permit, closedAt: '2026-11-28T09:00:00+08:00' }] },
  hotWork,
);
ask(
  'permit suspended',
  ['deny', 'permit-suspended'],
  { permits: [{ ...permit, suspended: [{ from: '2026-11-28T09:00:00+08:00', until: null }] }] },
  hotWork,
);
ask('too few hours', ['hold', 'hours-too-few'], {}, { leastHours: 121 });
ask('hours enough', ['allow'], {}, { leastHours: 120 });
ask(
  'hours on another machine',
  ['hold', 'hours-too-few'],
  {},
  { machine: 'welder-2', leastHours: 1 },
);
ask('deny beats hold', ['deny', 'certificate-missing', 'fitness-missing'], {
  certificates: [],
  fitness: [],
});
ask(
  'forklift',
  ['allow'],
  { certificates: [{ ...welding, kind: 'special-equipment', category: 'forklift' }] },
  { certificates: [{ kind: 'special-equipment', category: 'forklift' }] },
);
ask(
  'forklift without a last day',
  ['deny', 'certificate-end-unknown'],
  {
    certificates: [
      { ...welding, kind: 'special-equipment', category: 'forklift', validUntil: null },
    ],
  },
  { certificates: [{ kind: 'special-equipment', category: 'forklift' }] },
);
ask(
  'nothing asked',
  ['allow'],
  { certificates: [], skills: [], fitness: [], trainings: [] },
  {
    posts: [],
    certificates: [],
    skills: [],
    exposures: [],
    fitness: false,
    trainings: [],
    leastAge: null,
  },
);

/** Skills, medical checks, training, permits and hours. */
export const readiness = cases;
