/** An alarm repeats so often until it is acknowledged, ms. */
const EVERY_MS = 3_000;
/** Two tones that carry over the noise of a control room, Hz and seconds. */
const TONES = [
  { hertz: 880, at: 0, length: 0.22 },
  { hertz: 660, at: 0.26, length: 0.3 },
] as const;
const VOLUME = 0.25;
/** A new context needs a moment until it runs, where it may, ms. */
const BEGIN_MS = 500;

/**
 * The sound of open alarms. A browser plays none before a click or key on the page: until then `blocked` is
 * true, also while there is no alarm yet. Of several tabs of a browser that may play, one sounds.
 */
export class AlarmSound {
  blocked = $state(false);
  #context: AudioContext | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #begin: ReturnType<typeof setTimeout> | undefined;
  #release: (() => void) | null = null;
  /** Whether this tab is the one that sounds. */
  #holds = false;
  #isWatched = false;

  /** From now on `blocked` says whether an alarm would be silent; returns a function that ends it. */
  watch(): () => void {
    this.#isWatched = true;
    if (this.#open()?.state !== 'running') this.#wait();
    return () => {
      this.#isWatched = false;
      if (this.#timer === undefined) this.#forgetBlocked();
    };
  }

  /** Sounds now and again until `stop`. */
  start(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(() => this.#play(), EVERY_MS);
    this.#play();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#leave();
    if (!this.#isWatched) this.#forgetBlocked();
  }

  /** To be called by a click or a key: from then on the browser lets the page sound. */
  async unblock(): Promise<void> {
    await this.#open()
      ?.resume()
      .catch(() => {});
  }

  #open(): AudioContext | null {
    if (typeof AudioContext === 'undefined') return null;
    if (!this.#context) {
      this.#context = new AudioContext();
      this.#context.addEventListener('statechange', () => this.#changed());
    }
    return this.#context;
  }

  #forgetBlocked(): void {
    clearTimeout(this.#begin);
    this.#begin = undefined;
    this.blocked = false;
  }

  #leave(): void {
    this.#release?.();
    this.#release = null;
    this.#holds = false;
  }

  /** The first tab that may play holds the lock; without locks each one sounds. */
  #hold(): void {
    if (this.#release) return;
    // Pages that came over plain HTTP have none.
    const locks = navigator.locks as LockManager | null | undefined;
    if (!locks) {
      this.#release = () => {};
      this.#holds = true;
      return;
    }
    const aborted = new AbortController();
    let end = (): void => {};
    const held = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#release = () => {
      end();
      aborted.abort();
    };
    locks
      .request('anshi.alarm-sound', { signal: aborted.signal }, () => {
        this.#holds = true;
        this.#beep();
        return held;
      })
      .catch(() => {});
  }

  /** The browser lets it play, or no longer. */
  #changed(): void {
    const isRunning = this.#context?.state === 'running';
    if (isRunning) this.blocked = false;
    else if (this.#isWatched) this.#wait();
    if (this.#timer === undefined) return;
    if (isRunning) this.#play();
    else this.#wait();
  }

  #wait(): void {
    this.#leave();
    this.#begin ??= setTimeout(() => {
      this.#begin = undefined;
      const isAsked = this.#isWatched || this.#timer !== undefined;
      this.blocked = isAsked && this.#context?.state !== 'running';
    }, BEGIN_MS);
  }

  #play(): void {
    const context = this.#open();
    if (context && context.state !== 'running') {
      this.#wait();
      return;
    }
    this.blocked = false;
    if (this.#holds) this.#beep();
    else {
      this.#hold();
      // Without locks it holds at once.
      if (this.#holds) this.#beep();
    }
  }

  #beep(): void {
    const context = this.#context;
    if (!context) return;
    for (const { hertz, at, length } of TONES) {
      const from = context.currentTime + at;
      const tone = context.createOscillator();
      const volume = context.createGain();
      tone.frequency.value = hertz;
      volume.gain.setValueAtTime(0, from);
      volume.gain.linearRampToValueAtTime(VOLUME, from + 0.02);
      volume.gain.setValueAtTime(VOLUME, from + length - 0.04);
      volume.gain.linearRampToValueAtTime(0, from + length);
      tone.connect(volume).connect(context.destination);
      tone.start(from);
      tone.stop(from + length);
    }
  }
}
