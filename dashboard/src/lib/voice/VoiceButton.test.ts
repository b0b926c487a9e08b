import { cleanup, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { speechSupport } from './speech.ts';
import VoiceButton from './VoiceButton.svelte';

type Result = { isFinal: boolean; 0: { transcript: string }; length: number };

/** The used part of the browser's recogniser. */
class Recogniser {
  static last: Recogniser;
  lang = '';
  continuous = false;
  interimResults = false;
  onresult: ((event: { resultIndex: number; results: Result[] }) => void) | null = null;
  onerror: ((event: { error: string }) => void) | null = null;
  onend: (() => void) | null = null;
  constructor() {
    Recogniser.last = this;
  }
  start(): void {}
  stop(): void {
    this.onend?.();
  }
  say(transcript: string, isFinal: boolean): void {
    this.onresult?.({ resultIndex: 0, results: [{ isFinal, 0: { transcript }, length: 1 }] });
  }
}

const heard: string[] = [];
beforeEach(() => {
  i18n.set('zh-CN');
  heard.length = 0;
  vi.stubGlobal('isSecureContext', true);
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe('speech to text', () => {
  it('[UX-07] converts speech to the report’s text, in the language of the page', async () => {
    vi.stubGlobal('webkitSpeechRecognition', Recogniser);
    const user = userEvent.setup();
    render(VoiceButton, { props: { onheard: (text: string) => heard.push(text) } });
    await user.click(await screen.findByTestId('voice-button'));
    expect(Recogniser.last.lang).toBe('zh-CN');
    Recogniser.last.say('护栏', false);
    expect(await screen.findByText('护栏…')).toBeTruthy();
    Recogniser.last.say('护栏松了', true);
    expect(heard).toEqual(['护栏松了']);
    await user.click(screen.getByTestId('voice-button'));
    expect(screen.getByTestId('voice-button').getAttribute('aria-pressed')).toBe('false');
  });

  it('shows a remedy where the microphone is not allowed', async () => {
    vi.stubGlobal('webkitSpeechRecognition', Recogniser);
    const user = userEvent.setup();
    render(VoiceButton, { props: { onheard: () => {} } });
    await user.click(await screen.findByTestId('voice-button'));
    Recogniser.last.onerror?.({ error: 'not-allowed' });
    Recogniser.last.onend?.();
    expect((await screen.findByTestId('voice-problem')).textContent).toContain('麦克风权限');
  });

  it('is disabled with the reason where there is no recogniser', async () => {
    vi.stubGlobal('fetch', async () => Response.json({}, { status: 404 }));
    render(VoiceButton, { props: { onheard: () => {} } });
    expect((await screen.findByTestId('voice-none')).textContent).toContain('未配置');
    vi.stubGlobal('isSecureContext', false);
    expect(await speechSupport()).toEqual({ kind: 'none', why: 'insecure' });
  });
});
