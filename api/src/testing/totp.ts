import { TOTP } from 'otpauth';

/** The code of an authenticator app for a secret at a time (RFC 6238). */
export const codeOf = (secret: string, timestamp = Date.now()): string =>
  new TOTP({ secret, period: 30 }).generate({ timestamp });
