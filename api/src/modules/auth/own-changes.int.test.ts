import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AccountSite, openAccountSite } from '../../testing/account-helpers.ts';
import { lockWaits } from '../../testing/lock-waits.ts';
import { sessionHelpers } from '../../testing/session-helpers.ts';
import { PASSWORD, type RunningApi, until } from '../../testing/site.ts';
import { codeOf } from '../../testing/totp.ts';

let world: AccountSite;
let api: RunningApi;
const { login, signIn, remove, sql } = sessionHelpers(() => world);

beforeAll(async () => {
  world = await openAccountSite();
  ({ api } = world);
});
afterAll(() => world?.stop());

const WAYS_IN = `SELECT password_hash, must_change_password, totp_sealed, totp_since
  FROM app_user WHERE username = 'keeper'`;

/** Lets the request reach the account while another transaction resets it, as the program does. */
async function whileReset(request: () => Promise<Response>): Promise<[number, string]> {
  const client = new pg.Client({ connectionString: world.urls.appUrl });
  await client.connect();
  try {
    await client.query("BEGIN; SELECT set_config('app.tenant', 'demo', true)");
    await client.query(
      `UPDATE app_user SET must_change_password = true, totp_sealed = NULL, totp_since = NULL,
         totp_step = NULL
       WHERE username = 'keeper'`,
    );
    const late = request();
    await until(async () => (await sql(lockWaits())).length > 0, 'the request waits for the row');
    await client.query(
      `UPDATE session SET ended_at = now(), end_reason = 'password' WHERE ended_at IS NULL
         AND user_id = (SELECT id FROM app_user WHERE username = 'keeper')`,
    );
    await client.query('COMMIT');
    const answer = await late;
    const { code } = answer.status === 204 ? { code: '' } : ((await answer.json()) as Coded);
    return [answer.status, code];
  } finally {
    await client.end();
  }
}
interface Coded {
  code: string;
}

describe('a reset account cannot be regained by an earlier request', () => {
  const next = 'a sentence that came too late';

  it.each([
    [
      'a new password',
      ({ bearer }: Signed) =>
        api.post('/api/v1/auth/password', { current: PASSWORD, next }, bearer),
    ],
    [
      'the secret of a second factor',
      ({ bearer }: Signed) => api.post('/api/v1/auth/totp/setup', { password: PASSWORD }, bearer),
    ],
    [
      'switching the second factor off',
      ({ bearer }: Signed) => remove('/api/v1/auth/totp', bearer, { password: PASSWORD }),
    ],
  ])('by %s sent before the reset', async (_what, change) => {
    const signed = await signIn('keeper');
    expect(await whileReset(() => change(signed))).toEqual([401, 'auth.expired']);
    const [row] = await sql<{ password_hash: string }>(WAYS_IN);
    expect(row).toMatchObject({ must_change_password: true, totp_sealed: null, totp_since: null });
    expect((await login('keeper', next)).status).toBe(401);
    expect((await login('keeper')).status).toBe(200);
    await sql("UPDATE app_user SET must_change_password = false WHERE username = 'keeper'");
  });

  it('by enabling a second factor', async () => {
    const { bearer } = await signIn('keeper');
    const setUp = await api.post('/api/v1/auth/totp/setup', { password: PASSWORD }, bearer);
    const { secret } = (await setUp.json()) as { secret: string };
    const enable = () => api.post('/api/v1/auth/totp/enable', { code: codeOf(secret) }, bearer);
    expect(await whileReset(enable)).toEqual([401, 'auth.expired']);
    expect(await sql(WAYS_IN)).toMatchObject([{ totp_sealed: null, totp_since: null }]);
    expect(await sql('SELECT 1 FROM recovery_code')).toEqual([]);
    expect((await login('keeper')).status).toBe(200);
  });
});

type Signed = Awaited<ReturnType<typeof signIn>>;
