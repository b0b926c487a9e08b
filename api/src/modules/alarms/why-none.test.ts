import { expect, it } from 'vitest';
import { type Unalarmed, whyNoAlarm } from './why-none.ts';

const name = (en: string) => ({ zh: `中${en}`, en });
const snooze = { reason: 'the beacon is cleaned', by: name('Li'), until: '2026-01-01T10:30:00Z' };
const decision = { isOn: true, known: 3, lines: [] as never[], unused: [] as never[] };
const of = (part: Partial<Unalarmed>) =>
  whyNoAlarm({
    isOfNoCamera: false,
    snooze: null,
    decision: null,
    namesLines: true,
    timeZone: 'Asia/Shanghai',
    ...part,
  });

it('says why no alarm was given, by what was on record then', () => {
  const cases: [Partial<Unalarmed>, string][] = [
    [{ isOfNoCamera: true, decision }, 'no camera saw it'],
    [{ decision: { ...decision, isOn: false, lines: [name('Press')] } }, 'were switched off then'],
    [{ decision: { ...decision, known: 0 } }, 'had no line then'],
    [{ decision }, 'is for this rule, severity and place'],
    [{ decision: { ...decision, unused: [name('Press')] } }, 'was out of use then: Press'],
    [
      { decision: { ...decision, lines: [name('Press')] }, snooze },
      'snoozed by Li until 2026-01-01 18:30, because: the beacon is cleaned',
    ],
    // A snooze stands in the violation itself, also in those of before.
    [{ snooze }, 'snoozed by Li'],
    [{ snooze: { ...snooze, by: null } }, 'snoozed by (removed) until 2026-01-01 18:30'],
    // Where the plan has nothing for it, the snooze kept nothing off.
    [{ decision, snooze }, 'is for this rule, severity and place'],
    [
      { decision: { ...decision, lines: [name('Press'), name('Hall')] } },
      'by the plan (Press, Hall) there should be one, but its worker has reported none',
    ],
    [{}, 'is not on record'],
  ];
  for (const [part, text] of cases) {
    const { zh, en } = of(part);
    expect(en).toContain(text);
    expect(zh).toMatch(/\p{Script=Han}/u);
  }
  expect(new Set(cases.map(([part]) => of(part).en)).size).toBe(cases.length - 2);
});

it('keeps the names of lines from those who do not read the plan', () => {
  const lines = [name('Press')];
  for (const part of [{ lines }, { unused: lines }]) {
    const why = of({ decision: { ...decision, ...part }, namesLines: false });
    expect(`${why.zh} ${why.en}`).not.toContain('Press');
    expect(why.en).toMatch(/^(by the plan there|the line of the plan for it was out of use then$)/);
  }
});
