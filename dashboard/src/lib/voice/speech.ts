import { fetchRaw } from '$lib/api/client.ts';

/** Why speech recognition is unavailable. */
export type NoSpeech = 'insecure' | 'not-configured';

/** Speech recognition: the browser's own, else a configured service. */
export type SpeechSupport =
  | { kind: 'browser' | 'service'; start(heard: Heard, language: string): Promise<() => void> }
  | { kind: 'none'; why: NoSpeech };

export interface Heard {
  /** Text so far; `final` when it will not change any more. */
  text(text: string, final: boolean): void;
  /** It stopped: by a timeout, by the user, or by an error. */
  end(error: string | null): void;
}

/** The browsers' API under one of two names, which their types lack. */
interface Recognition {
  lang: string;
  continuous: boolean;
  interimResults: boolean;
  onresult: ((event: RecognitionEvent) => void) | null;
  onerror: ((event: { error: string }) => void) | null;
  onend: (() => void) | null;
  start(): void;
  stop(): void;
}
interface RecognitionEvent {
  resultIndex: number;
  results: ArrayLike<ArrayLike<{ transcript: string }> & { isFinal: boolean }>;
}
type RecognitionMaker = new () => Recognition;

/** Detects once what this browser and this installation support. */
export async function speechSupport(): Promise<SpeechSupport> {
  const scope = globalThis as unknown as Record<string, RecognitionMaker | undefined>;
  if (!globalThis.isSecureContext) return { kind: 'none', why: 'insecure' };
  const maker = scope.SpeechRecognition ?? scope.webkitSpeechRecognition;
  if (maker)
    return { kind: 'browser', start: async (heard, language) => listen(maker, heard, language) };
  if (!(await hasService())) return { kind: 'none', why: 'not-configured' };
  return { kind: 'service', start: record };
}

function listen(maker: RecognitionMaker, heard: Heard, language: string): () => void {
  const recognition = new maker();
  recognition.lang = language;
  recognition.continuous = true;
  recognition.interimResults = true;
  let failure: string | null = null;
  recognition.onresult = (event) => {
    for (let i = event.resultIndex; i < event.results.length; i++) {
      const result = event.results[i];
      const text = result?.[0]?.transcript ?? '';
      if (result && text) heard.text(text, result.isFinal);
    }
  };
  recognition.onerror = ({ error }) => {
    // Silence and a stop by the user are no failures.
    if (error !== 'no-speech' && error !== 'aborted') failure = error;
  };
  recognition.onend = () => heard.end(failure);
  recognition.start();
  return () => recognition.stop();
}

async function hasService(): Promise<boolean> {
  try {
    const answer = (await (await fetchRaw('/api/v1/speech')).json()) as { configured: boolean };
    return answer.configured && 'MediaRecorder' in globalThis;
  } catch {
    return false;
  }
}

/** Records, and uploads the recording when the user stops. */
async function record(heard: Heard, language: string): Promise<() => void> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const recorder = new MediaRecorder(stream);
  const parts: Blob[] = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  recorder.onstop = async () => {
    for (const track of stream.getTracks()) track.stop();
    try {
      const response = await fetchRaw(`/api/v1/speech?language=${encodeURIComponent(language)}`, {
        method: 'POST',
        headers: { 'content-type': recorder.mimeType },
        body: new Blob(parts, { type: recorder.mimeType }),
      });
      heard.text(((await response.json()) as { text: string }).text, true);
      heard.end(null);
    } catch (error) {
      heard.end(error instanceof Error ? error.message : String(error));
    }
  };
  recorder.start();
  return () => recorder.stop();
}
