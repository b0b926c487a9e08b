import { expect, it } from 'vitest';
import { companyKey, personKey } from './name-key.ts';

it('compares names of people without spaces, width, accents, letter case and order of Latin words', () => {
  for (const [one, other] of [
    ['张伟', ' 张　伟 '],
    ['张伟', '张·伟'],
    ['张伟', '張偉'],
    ['张伟', '\u200b张\u00ad伟'],
    ['Zhang Wei', 'ＷＥＩ  zhang'],
    ['Zhang Wei', 'Wei\u200b Zhang'],
    ['Müller, Jörg', 'Jorg Muller'],
  ] as const) {
    expect(personKey(one), one).toBe(personKey(other));
  }
  expect(personKey('张伟')).not.toBe(personKey('伟张'));
  expect(personKey('Zhang Wei')).not.toBe(personKey('Zhang Weiwei'));
});

it('compares companies without their form', () => {
  expect(companyKey('常州快修有限公司')).toBe(companyKey('常州快修 有限责任公司'));
  expect(companyKey('常州快修有限公司')).toBe(companyKey('常州快修有限責任公司'));
  expect(companyKey('Quick Repair Co., Ltd.')).toBe(companyKey('quick-repair LIMITED'));
  expect(companyKey('Quick Repair')).not.toBe(companyKey('Quick Repairs'));
  expect(companyKey('公司')).not.toBe('');
});
