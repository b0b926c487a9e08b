import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * The secret of one device: `anshi_<key id>_<secret part>`. The key id is public, finds the row of the
 * credential and may be shown; the secret part has 256 random bits. The beginning lets secret scanners
 * and our own log filter find one anywhere. For node only, therefore not in the index that browsers
 * load.
 */
export interface DeviceSecret {
  /** 16 lower-case letters and digits. */
  readonly keyId: string;
  /** The whole text, as a device sends it. */
  readonly text: string;
}

/** What a device is; each kind has its own rights, see the intake routes and the rights on the bus. */
export const deviceKinds = [
  'reader',
  'tracker',
  'machine',
  'actuator',
  'worker',
  'gateway',
  'personnel',
  'gate',
  'mes',
] as const;
export type DeviceKind = (typeof deviceKinds)[number];

const SECRET = /^anshi_([0-9a-z]{16})_[A-Za-z0-9_-]{43}$/;
const ANYWHERE = /anshi_([0-9a-z]{16})_[A-Za-z0-9_-]{43}/g;
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** A new secret with a new key id. */
export function newDeviceSecret(): DeviceSecret {
  const keyId = Array.from(randomBytes(16), (byte) => ALPHABET[byte & 31]).join('');
  return { keyId, text: `anshi_${keyId}_${randomBytes(32).toString('base64url')}` };
}

/**
 * The secret of a device of the demonstration, which the API and the simulator both derive. Only the simulator is
 * given it.
 */
export function demoDeviceSecret(busSecret: string, tenant: string, name: string): string {
  const digest = (what: string) =>
    createHmac('sha256', busSecret)
      .update(`anshi-demo-device-${what}\n${tenant}\n${name}`)
      .digest();
  const keyId = Array.from(digest('key').subarray(0, 16), (byte) => ALPHABET[byte & 31]).join('');
  return `anshi_${keyId}_${digest('secret').toString('base64url')}`;
}

/** @returns undefined where the text has another shape. */
export function parseDeviceSecret(text: string): DeviceSecret | undefined {
  const keyId = SECRET.exec(text)?.[1];
  return keyId === undefined ? undefined : { keyId, text };
}

/**
 * What is kept of a secret: SHA-256 of salt and text. No slow hash is needed: 256 random bits cannot
 * be guessed, and each request of a device pays for it.
 *
 * @param salt hexadecimal, new for each secret.
 */
export function hashDeviceSecret(text: string, salt: string): string {
  return createHash('sha256').update(`${salt}\n${text}`).digest('hex');
}

/** Compares in constant time. */
export function matchesDeviceSecret(text: string, salt: string, hash: string): boolean {
  const [given, kept] = [hashDeviceSecret(text, salt), hash].map((hex) => Buffer.from(hex, 'hex'));
  return given?.length === kept?.length && timingSafeEqual(given as Buffer, kept as Buffer);
}

/** Puts `anshi_<key id>_***` in the place of every secret in the text. */
export const maskDeviceSecrets = (text: string): string => text.replace(ANYWHERE, 'anshi_$1_***');
