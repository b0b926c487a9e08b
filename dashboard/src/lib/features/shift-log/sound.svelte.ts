/** An alarm repeats so often until it is acknowledged, ms. */
const EVERY_MS = 3_000;
/** Two tones that carry over the noise of a control room, Hz and seconds. */
const TONES = [
  { hertz: 880, at: 0, length: 0.22 },
  { hertz: 660, at: 0.26, length: 0.3 },
] as const;
const VOLUME = 0.25;

/**
 * The sound of open alarms. A browser plays none before a click or key on the page: until then `blocked` is
 * true. Of several tabs of a browser one sounds.
 */
export class AlarmSound {
  blocked = $state(false);
  #context: AudioContext | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #release: (() => void) | null = null;
  /** Whether this tab is the one that sounds. */
  #holds = true;

  /** Sounds now and again until `stop`. */
  start(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(() => this.#play(), EVERY_MS);
    this.#hold();
    this.#play();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#release?.();
    this.#release = null;
    this.blocked = false;
  }

  /** To be called by a click or a key: from then on the browser lets the page sound. */
  async unblock(): Promise<void> {
    const context = this.#open();
    await context?.resume().catch(() => {});
    this.blocked = this.#timer !== undefined && context?.state !== 'running';
  }

  #open(): AudioContext | null {
    if (typeof AudioContext === 'undefined') return null;
    this.#context ??= new AudioContext();
    return this.#context;
  }

  /** The first tab of the browser holds the lock; without locks each tab sounds. */
  #hold(): void {
    // Pages that came over plain HTTP have none.
    const locks = navigator.locks as LockManager | null | undefined;
    if (!locks) return;
    let release: (() => void) | undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const aborted = new AbortController();
    const end = (): void => {
      release?.();
      aborted.abort();
    };
    this.#release = end;
    this.#holds = false;
    locks
      .request('anshi.alarm-sound', { signal: aborted.signal }, () => {
        this.#holds = true;
        return held;
      })
      .catch(() => {});
  }
  #play(): void {
    const context = this.#open();
    this.blocked = context !== null && context.state !== 'running';
    if (!context || this.blocked || !this.#holds) return;
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
