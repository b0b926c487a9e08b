import { ApiError, explain } from '$lib/api/problem.ts';
import type { Dictionary } from '$lib/i18n/dictionary.ts';

/** Why a password or a code was refused, with a remedy. */
export function explainAccount(error: unknown, t: Dictionary): string {
  if (!(error instanceof ApiError)) return explain(error, t);
  if (error.code === 'auth.password-wrong') return t.account.passwordWrong;
  if (error.code === 'auth.password-weak') return t.signIn.weak;
  if (error.code === 'auth.totp-wrong') return t.account.codeWrong;
  if (error.code === 'auth.totp-state') return t.account.factorChanged;
  if (error.status === 429) return t.signIn.tooMany;
  return explain(error, t);
}

/** A secret in groups of four, for typing. */
export const inGroups = (secret: string): string => secret.match(/.{1,4}/g)?.join(' ') ?? '';

/** A code of six digits; apps may copy it with a space. */
export const digitsOf = (code: string): string => code.replace(/\s/g, '');

const browsers: [RegExp, string][] = [
  [/MicroMessenger\//, 'WeChat'],
  [/Edg\//, 'Edge'],
  [/(OPR|Opera)\//, 'Opera'],
  [/HuaweiBrowser\//, 'Huawei'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/Chrome\/|CriOS\//, 'Chrome'],
  [/Safari\//, 'Safari'],
];
const systems: [RegExp, string][] = [
  [/HarmonyOS|OpenHarmony/, 'HarmonyOS'],
  [/Android/, 'Android'],
  [/iPhone|iPad|iPod/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X|Macintosh/, 'macOS'],
  [/CrOS/, 'ChromeOS'],
  [/Linux/, 'Linux'],
];

/** A user agent as browser and system: "Chrome · Android". */
export function deviceOf(agent: string | null): { name: string | null; phone: boolean } {
  const find = (list: [RegExp, string][]) => list.find(([known]) => known.test(agent ?? ''))?.[1];
  const words = [find(browsers), find(systems)].filter((word) => word !== undefined);
  return {
    name: words.length > 0 ? words.join(' · ') : agent?.trim().slice(0, 40) || null,
    phone: /Mobi|Android|iPhone|iPad|HarmonyOS/.test(agent ?? ''),
  };
}
