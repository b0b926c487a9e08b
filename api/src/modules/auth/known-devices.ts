import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';

/** Accounts in the cookie of one browser: computers in a control room are shared. */
const MOST_ACCOUNTS = 16;
const MARK_LENGTH = 22;

/**
 * Browsers that an account has signed in with before, by a cookie that the API signs. Their wrong
 * tries are counted by themselves, so that an outsider who tries passwords does not lock the owner
 * out. The cookie opens nothing. After OWASP, "Slow Down Online Guessing Attacks with Device Cookies".
 */
export function createKnownDevices(tokenSecret: string) {
  const key = Buffer.from(hkdfSync('sha256', tokenSecret, '', 'anshi known devices', 32));
  const markOf = (tenant: string, username: string, device: string) =>
    createHmac('sha256', key)
      .update(JSON.stringify([tenant, username.trim().toLowerCase(), device]))
      .digest('base64url')
      .slice(0, MARK_LENGTH);

  return {
    /** @returns the id of the device where the cookie says that the account signed in with it. */
    find(cookie: string | undefined, tenant: string, username: string): string | null {
      const [device = '', ...marks] = (cookie ?? '').slice(0, 1024).split('.');
      if (device === '') return null;
      const wanted = Buffer.from(markOf(tenant, username, device));
      const isKnown = marks.some(
        (mark) =>
          Buffer.byteLength(mark) === MARK_LENGTH && timingSafeEqual(Buffer.from(mark), wanted),
      );
      return isKnown ? device : null;
    },

    /** @returns the cookie that also knows this account. The oldest account leaves a full one. */
    remember(cookie: string | undefined, tenant: string, username: string): string {
      const [given = '', ...marks] = (cookie ?? '').split('.');
      const device = /^[\w-]{22}$/.test(given) ? given : randomBytes(16).toString('base64url');
      const own = markOf(tenant, username, device);
      const others = device === given ? marks.filter((mark) => /^[\w-]{22}$/.test(mark)) : [];
      const kept = others.filter((mark) => mark !== own).slice(0, MOST_ACCOUNTS - 1);
      return [device, own, ...kept].join('.');
    },
  };
}

export type KnownDevices = ReturnType<typeof createKnownDevices>;
