import { type Browser, chromium } from 'playwright-core';
import { findChromium } from './chromium.mjs';

/**
 * Headless Chromium, whose WebRTC is limited to this machine.
 *
 * @param options.autoplay false for one that plays no sound before a click, as browsers of people do.
 * @param options.textSize of the browser's settings, px.
 * @param options.trustedKeys of certificates that it takes, although no authority signed them: SHA-256 of each, base64.
 * @param options.env added to the environment of this process.
 * @throws Error where none is installed.
 */
export function launchBrowser({
  autoplay = true,
  trustedKeys = [],
  textSize,
  env = {},
}: {
  autoplay?: boolean;
  trustedKeys?: readonly string[];
  textSize?: number;
  env?: Readonly<Record<string, string>>;
} = {}): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath)
    throw new Error('no Chromium was found: run `npm test`, or set ANSHI_CHROMIUM');
  return chromium.launch({
    executablePath,
    env: { ...process.env, ...env },
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--allow-loopback-in-peer-connection',
      ...(textSize === undefined ? [] : [`--blink-settings=defaultFontSize=${textSize}`]),
      ...(trustedKeys.length > 0
        ? [`--ignore-certificate-errors-spki-list=${trustedKeys.join(',')}`]
        : []),
      `--autoplay-policy=${autoplay ? 'no-user-gesture-required' : 'document-user-activation-required'}`,
    ],
  });
}
