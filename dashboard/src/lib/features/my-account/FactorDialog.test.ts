import { cleanup, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import FactorDialog from './FactorDialog.svelte';

const secret = 'JBSWY3DPEHPK3PXP';
const codes = ['aaaa-bbbb', 'cccc-dddd'];

beforeEach(() => {
  i18n.set('en');
  vi.stubGlobal('fetch', async (request: Request) => {
    const body = JSON.parse(await request.text()) as Record<string, string>;
    if (request.url.endsWith('/setup')) {
      return body.password === 'right'
        ? Response.json({ secret, uri: `otpauth://totp/Anshi:li?secret=${secret}` })
        : Response.json({ code: 'auth.password-wrong' }, { status: 422 });
    }
    return body.code === '123456'
      ? Response.json({ recoveryCodes: codes })
      : Response.json({ code: 'auth.totp-wrong' }, { status: 401 });
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it('leads from the password to the QR code to the recovery codes, and reports errors', async () => {
  const user = userEvent.setup();
  const onon = vi.fn();
  render(FactorDialog, { onclose: () => {}, onon });
  const next = () => user.click(screen.getByTestId('factor-next'));

  await user.type(screen.getByTestId('factor-password'), 'wrong');
  await next();
  await screen.findByText(i18n.t.account.passwordWrong);
  await user.clear(screen.getByTestId('factor-password'));
  await user.type(screen.getByTestId('factor-password'), 'right');
  await next();

  // The QR code is drawn locally: the secret is not sent anywhere.
  expect((await screen.findByTestId('qr')).querySelector('path')?.getAttribute('d')).toMatch(
    /^M2 2h1/,
  );
  expect(screen.getByTestId('secret').textContent).toBe('JBSW Y3DP EHPK 3PXP');

  await user.type(screen.getByTestId('factor-code'), '000 000');
  await next();
  await screen.findByText(i18n.t.account.codeWrong);
  expect(onon).not.toHaveBeenCalled();
  await user.clear(screen.getByTestId('factor-code'));
  await user.type(screen.getByTestId('factor-code'), '123 456');
  await next();
  const shown = await screen.findAllByTestId('recovery-code');
  expect(shown.map(({ textContent }) => textContent)).toEqual(codes);
  expect(onon).toHaveBeenCalledOnce();
});
