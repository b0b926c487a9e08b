import { TOTP } from 'otpauth';

/** The code that an authenticator app shows for a secret at a moment (RFC 6238). */
export const codeOf = (secret: string, timestamp = Date.now()): string =>
  new TOTP({ secret, period: 30 }).generate({ timestamp });
