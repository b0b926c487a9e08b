import { describe, expect, it } from 'vitest';
import { ApiError } from '$lib/api/problem.ts';
import { zh } from '$lib/i18n/zh.ts';
import { deviceOf, digitsOf, explainAccount, inGroups } from './words.ts';

describe('the words of an account', () => {
  it('name a device by its browser and system, and distinguish phones from desktops', () => {
    const chrome =
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36';
    const edge = `${chrome} Edg/140.0`;
    const phone =
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1';
    const wechat = 'Mozilla/5.0 (Linux; Android 14) Chrome/120.0 Mobile MicroMessenger/8.0';
    expect(deviceOf(chrome)).toEqual({ name: 'Chrome · Windows', phone: false });
    expect(deviceOf(edge).name).toBe('Edge · Windows');
    expect(deviceOf(phone)).toEqual({ name: 'Safari · iOS', phone: true });
    expect(deviceOf(wechat)).toEqual({ name: 'WeChat · Android', phone: true });
    expect(deviceOf('curl/8.5')).toEqual({ name: 'curl/8.5', phone: false });
    expect(deviceOf(null)).toEqual({ name: null, phone: false });
  });

  it('show a secret in groups and accept a code with spaces', () => {
    expect(inGroups('ABCDEFGHIJ')).toBe('ABCD EFGH IJ');
    expect(digitsOf(' 123 456 ')).toBe('123456');
  });

  it('say why a password or a code was refused', () => {
    const of = (code: string, status = 422) => explainAccount(new ApiError(status, code, 'x'), zh);
    expect(of('auth.password-wrong')).toBe(zh.account.passwordWrong);
    expect(of('auth.password-weak')).toBe(zh.signIn.weak);
    expect(of('auth.totp-wrong')).toBe(zh.account.codeWrong);
    expect(of('auth.busy', 429)).toBe(zh.signIn.tooMany);
    expect(of('other', 500)).toBe(zh.errors.server('x'));
  });
});
