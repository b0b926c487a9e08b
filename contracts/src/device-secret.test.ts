import { describe, expect, it } from 'vitest';
import {
  hashDeviceSecret,
  maskDeviceSecrets,
  matchesDeviceSecret,
  newDeviceSecret,
  parseDeviceSecret,
} from './device-secret.ts';

describe('the secret of a device', () => {
  it('is read as it was made, and is another each time', () => {
    const made = Array.from({ length: 200 }, newDeviceSecret);
    for (const secret of made) expect(parseDeviceSecret(secret.text)).toEqual(secret);
    expect(new Set(made.map(({ keyId }) => keyId)).size).toBe(200);
    expect(new Set(made.map(({ text }) => text)).size).toBe(200);
  });

  it('of another shape is none', () => {
    const { text } = newDeviceSecret();
    const others = [
      '',
      'a-shared-token',
      `${text}x`,
      text.slice(1),
      text.toUpperCase(),
      `${text}\n`,
    ];
    for (const other of others) expect(parseDeviceSecret(other)).toBeUndefined();
  });

  it('matches its own hash and salt alone', () => {
    const { text } = newDeviceSecret();
    const hash = hashDeviceSecret(text, 'aa');
    expect(matchesDeviceSecret(text, 'aa', hash)).toBe(true);
    expect(matchesDeviceSecret(text, 'ab', hash)).toBe(false);
    expect(matchesDeviceSecret(newDeviceSecret().text, 'aa', hash)).toBe(false);
    expect(matchesDeviceSecret(text, 'aa', '')).toBe(false);
    expect(hash).not.toContain(text.slice(-43));
  });

  it('is masked anywhere in a text', () => {
    const [one, two] = [newDeviceSecret(), newDeviceSecret()];
    const masked = maskDeviceSecrets(`/gps/${one.text}?token=${two.text}&id=7`);
    expect(masked).toBe(`/gps/anshi_${one.keyId}_***?token=anshi_${two.keyId}_***&id=7`);
  });
});
