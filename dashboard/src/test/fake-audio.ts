import { vi } from 'vitest';

/** The sound of a browser for tests. */
export interface FakeAudio {
  /** How many tones were begun. */
  tones: number;
  /** `suspended`: the browser waits for a click or a key. */
  state: AudioContextState;
  /** Changes the state, and tells the page. */
  become(next: AudioContextState): void;
}

/** Takes the place of `AudioContext`, which may play from the beginning; vitest puts it back. */
export function stubAudio(): FakeAudio {
  const listeners: (() => void)[] = [];
  const audio: FakeAudio = {
    tones: 0,
    state: 'running',
    become(next) {
      audio.state = next;
      for (const listener of listeners) listener();
    },
  };
  class FakeContext {
    currentTime = 0;
    destination = {};
    get state(): AudioContextState {
      return audio.state;
    }
    addEventListener(_type: string, listener: () => void): void {
      listeners.push(listener);
    }
    async resume(): Promise<void> {
      audio.become('running');
    }
    createOscillator(): object {
      return {
        frequency: { value: 0 },
        connect: (next: object) => next,
        start: () => {
          audio.tones += 1;
        },
        stop: () => {},
      };
    }
    createGain(): object {
      const gain = { setValueAtTime: () => {}, linearRampToValueAtTime: () => {} };
      return { gain, connect: (next: object) => next };
    }
  }
  vi.stubGlobal('AudioContext', FakeContext);
  return audio;
}
