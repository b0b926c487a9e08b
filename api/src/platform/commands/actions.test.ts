import { expect, it } from 'vitest';
import { z } from 'zod';
import { agrees, type CommandAction, createActions } from './actions.ts';

const off: CommandAction = {
  parameters: z.strictObject({}),
  validSeconds: 30,
  secondPerson: false,
  holdSeconds: () => null,
  expects: () => ({ light: 'off' }),
  reversal: null,
  revertAfter: () => null,
};

it('a kind of device has the actions that its module defines, once', () => {
  const actions = createActions();
  actions.define('lamp', { off, on: { ...off, reversal: 'off' } });
  expect(actions.find('lamp', 'on')?.reversal).toBe('off');
  expect(actions.find('lamp', 'blow-up')).toBeUndefined();
  expect(actions.find('valve', 'on')).toBeUndefined();
  expect(() => actions.define('lamp', { off })).toThrow('twice');
  expect(() => actions.define('x', { on: { ...off, reversal: 'none' } })).toThrow('undoes');
  for (const validSeconds of [0, 301, Number.NaN]) {
    expect(() => actions.define('x', { off: { ...off, validSeconds } })).toThrow('valid for');
  }
});

it('a read-back agrees where it has everything that is expected', () => {
  expect(agrees({ light: 'on' }, { light: 'on', sound: false })).toBe(true);
  expect(agrees({ light: 'on', sound: true }, { light: 'on' })).toBe(false);
  expect(agrees({ light: 'on' }, { light: 'off' })).toBe(false);
  expect(agrees({ light: 'on' }, null)).toBe(false);
  expect(agrees({}, null)).toBe(true);
});
