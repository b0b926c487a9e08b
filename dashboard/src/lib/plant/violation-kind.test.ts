import { afterEach, expect, it } from 'vitest';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { plant } from './plant.svelte.ts';
import { isKind, kindName, kindOf, kindOptions } from './violation-kind.ts';

const word = (id: string, zh: string, en: string) => ({
  id,
  name: { zh, en },
  data: {},
  active: true,
  own: false,
});
const locale = i18n.locale;

afterEach(() => {
  plant.ppeItems = [];
  plant.cameras = [];
  i18n.set(locale);
});

it('names a missing item by the company’s word, in the reader’s language, else by its id', () => {
  plant.ppeItems = [word('mask', '防尘口罩', 'Dust mask'), word('suit', 'PVC围裙', 'PVC apron')];
  i18n.set('en');
  expect(kindName('missing-ppe/mask')).toBe('No dust mask');
  expect(kindName('missing-ppe/suit')).toBe('No PVC apron');
  expect(kindName('missing-ppe/harness')).toBe('No harness');
  expect(kindName('line-crossing')).toBe('Line crossing');
  expect(kindName('of-tomorrow')).toBe('of-tomorrow');
  i18n.set('zh-CN');
  expect(kindName(kindOf({ rule: 'missing-ppe', item: 'mask' }))).toBe('未穿戴防尘口罩');
});

it('offers the items that cameras ask for, and all words where no camera is known', () => {
  plant.ppeItems = [word('mask', '口罩', 'Mask'), word('vest', '反光背心', 'Vest')];
  const items = () =>
    kindOptions().flatMap(({ value }) => (value.includes('/') ? [value.split('/')[1]] : []));
  expect(items()).toEqual(['mask', 'vest']);
  const rules = [
    { kind: 'missing-ppe', items: ['mask', 'helmet'] },
    { kind: 'zone-intrusion' },
  ] as const;
  plant.cameras = [{ rules }, { rules }] as never;
  expect(items()).toEqual(['helmet', 'mask']);
  expect(kindOptions()[0]).toEqual({ value: 'missing-ppe', text: kindName('missing-ppe') });
});

it('takes rules and items from an address, and nothing else', () => {
  expect(['missing-ppe', 'missing-ppe/dust-mask', 'running'].filter(isKind)).toHaveLength(3);
  expect(['', 'missing-helmet', 'running/fast', 'missing-ppe/', 'missing-ppe/A'].some(isKind)).toBe(
    false,
  );
});
