import { SettingsError } from '@anshi/contracts/process';
import { z } from 'zod';

/** Servers by which browsers find a way to the live picture through routers and firewalls. */
export interface TurnSettings {
  /** `turn:`, `turns:` and `stun:` addresses (RFC 7065, RFC 7064). */
  urls: string[];
  /** The secret that the TURN server shares (coturn: `static-auth-secret`); null where all are `stun:`. */
  secret: string | null;
}

const ADDRESS =
  /^(?:stun:[\w.-]+(?::\d{1,5})?|turns?:[\w.-]+(?::\d{1,5})?(?:\?transport=(?:udp|tcp))?)$/;

export const turnSchema = {
  ANSHI_TURN_URLS: z
    .string()
    .default('')
    .transform((text) => text.split(/[, ]+/).filter((one) => one !== ''))
    .refine(
      (urls) => urls.every((url) => ADDRESS.test(url)),
      'must be addresses with commas between, such as turn:turn.example:3478, turns:turn.example:443?transport=tcp',
    ),
  ANSHI_TURN_SECRET: z
    .string()
    .min(16, 'must be the secret of the TURN server, of at least 16 characters')
    .optional(),
};

/** A secret without a server is left out. @throws SettingsError where a TURN server has no secret. */
export function readTurn(read: {
  ANSHI_TURN_URLS: string[];
  ANSHI_TURN_SECRET?: string | undefined;
}): TurnSettings | null {
  const { ANSHI_TURN_URLS: urls, ANSHI_TURN_SECRET: secret } = read;
  const needsSecret = urls.some((url) => !url.startsWith('stun:'));
  if (needsSecret && secret === undefined) {
    throw new SettingsError([
      '  ANSHI_TURN_SECRET: must be set where ANSHI_TURN_URLS names a TURN server (its static-auth-secret)',
    ]);
  }
  return urls.length === 0 ? null : { urls, secret: secret ?? null };
}
