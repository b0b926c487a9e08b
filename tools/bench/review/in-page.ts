/** A decision as the page sent it, and what it was told. */
export interface SentDecision {
  readonly incident: string;
  readonly decision: string;
  /** Sent while the API was away, or was killed. */
  readonly inOutage: boolean;
  /** HTTP status; null while there is none, 0 where the request failed. */
  status: number | null;
}

/** What was measured in the page. */
export interface Measured {
  /** From a key that opens another record to its picture on the screen, ms. */
  readonly delays: number[];
  /** Of that, until the address is that of the record, and until its clip or picture is loaded. */
  readonly opened: number[];
  readonly loaded: number[];
  /** Another record was opened without a key, or another one than the key asks for. */
  readonly changedByItself: string[];
  /** The open row moved within the list without a key, in pixels. */
  readonly rowMoves: number[];
  /** Layout shifts without a key before them, and those within half a second after one. */
  readonly shift: number;
  readonly shiftAfterKeys: number;
  /** Those without a key while the API was away. */
  readonly shiftInOutage: number;
  readonly shifted: string[];
  readonly sent: SentDecision[];
  /** Messages that say that a decision was not taken. */
  readonly refusalsShown: number;
}

export interface ReviewProbe {
  /** Resolves when the picture of the open record is on the screen; false where it takes longer. */
  shown(patienceMs: number): Promise<boolean>;
  /** The label in the corner of what is on the screen; null where no picture is. */
  label(): 'violation' | 'none' | null;
  /** From now on all counts; what the page does while it loads does not. */
  begin(): void;
  /** While the API is away, delays do not count. */
  outage(begins: boolean): void;
  measured(): Measured;
}

declare global {
  var reviewProbe: ReviewProbe;
}

/**
 * Watches the review queue from within the page, in English. Runs in the page before its own scripts: it must not use
 * anything of this module.
 */
export function installProbe(): void {
  const QUIET_MS = 1_000;
  const delays: number[] = [];
  const opened: number[] = [];
  const loaded: number[] = [];
  const changedByItself: string[] = [];
  const rowMoves: number[] = [];
  const shifted = new Map<string, number>();
  let isCounting = false;
  const sent: SentDecision[] = [];
  let shift = 0;
  let shiftAfterKeys = 0;
  let shiftInOutage = 0;
  let refusalsShown = 0;
  let inOutage = false;

  /** The last key: what it may open (null: any), until it has. */
  let key: { at: number; expected: string | null; isOpen: boolean } | null = null;
  let open: string | null = null;
  let isShown = false;
  let shownSource = '';
  let watched: HTMLVideoElement | null = null;
  let rowTop: number | null = null;

  const idInAddress = () => /^\/incidents\/([^/]+)/.exec(location.pathname)?.[1] ?? null;
  const rows = () =>
    [...document.querySelectorAll<HTMLElement>('[data-testid=incident-row]')]
      .map((row) => ({ id: row.dataset['id'] ?? '', top: row.getBoundingClientRect().top }))
      .sort((a, b) => a.top - b.top);
  const isAsking = () => document.querySelector('[data-testid=dismiss-reasons]') !== null;

  addEventListener(
    'keydown',
    (event) => {
      const step =
        event.key === 'k'
          ? -1
          : 'cj'.includes(event.key) || (isAsking() && /\d/.test(event.key))
            ? 1
            : 0;
      if (step === 0 && event.key !== 'u') return;
      const list = rows();
      const at = list.findIndex(({ id }) => id === open);
      const expected = step === 0 || at < 0 ? null : (list[at + step]?.id ?? null);
      key = { at: event.timeStamp, expected, isOpen: true };
    },
    { capture: true },
  );

  const seen = (source: string) => {
    if (isShown) return;
    isShown = true;
    shownSource = source;
    if (key && !key.isOpen && !inOutage) delays.push(performance.now() - key.at);
  };

  /** The first frame of the clip, or the picture, of the open record. */
  function look(): void {
    const incident = document.querySelector<HTMLElement>('[data-testid=incident]');
    if (isShown || incident?.dataset['id'] !== open) return;
    const video = incident?.querySelector<HTMLVideoElement>('[data-testid=clip-video]');
    if (video) {
      if (watched === video || video.src === shownSource || video.src === '') return;
      watched = video;
      if (key && !key.isOpen && !inOutage) loaded.push(performance.now() - key.at);
      const { src } = video;
      video.requestVideoFrameCallback(() => {
        if (watched === video) watched = null;
        if (video.src === src && src !== shownSource) seen(src);
      });
      return;
    }
    const image = incident?.querySelector<HTMLImageElement>('[data-testid=snapshot] img');
    if (image?.complete && image.naturalWidth > 0 && image.src !== shownSource) seen(image.src);
  }

  function everyFrame(now: number): void {
    const id = idInAddress();
    if (id !== open) {
      // The first record opens by itself.
      const isMeant =
        open === null || (key?.isOpen && (key.expected === null || key.expected === id));
      if (!isMeant)
        changedByItself.push(`${open} to ${id} (the key: ${key?.isOpen ? key.expected : 'none'})`);
      if (key?.isOpen && !inOutage) opened.push(performance.now() - key.at);
      if (key) key.isOpen = false;
      open = id;
      isShown = false;
      watched = null;
      rowTop = null;
    }
    look();
    const row = document.querySelector('[data-testid=incident-row][aria-current=true]');
    const top = row?.getBoundingClientRect().top ?? null;
    const isQuiet = isShown && now - (key?.at ?? 0) > QUIET_MS;
    if (isQuiet && top !== null && rowTop !== null && Math.abs(top - rowTop) > 1) {
      rowMoves.push(Math.round(top - rowTop));
    }
    rowTop = isQuiet ? top : null;
    requestAnimationFrame(everyFrame);
  }
  requestAnimationFrame(everyFrame);

  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { value, hadRecentInput, sources } = entry as PerformanceEntry & {
        value: number;
        hadRecentInput: boolean;
        sources: { node: Node | null }[];
      };
      if (!isCounting) continue;
      if (hadRecentInput) shiftAfterKeys += value;
      else if (inOutage) shiftInOutage += value;
      else shift += value;
      for (const { node } of sources) {
        const element = node instanceof Element ? node : node?.parentElement;
        const test = element?.closest('[data-testid]')?.getAttribute('data-testid') ?? '';
        const when = `${hadRecentInput ? 'after a key' : 'by itself'}${inOutage ? ' in the outage' : ''}`;
        const what = `${when}: ${test} ${element?.getAttribute('class') ?? ''}`.slice(0, 140);
        shifted.set(what, (shifted.get(what) ?? 0) + value);
      }
    }
  }).observe({ type: 'layout-shift', buffered: true });

  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) {
      for (const node of addedNodes) {
        if (!(node instanceof Element)) continue;
        const toast = node.matches('[data-testid=toast]')
          ? node
          : node.querySelector('[data-testid=toast]');
        const text = toast?.textContent ?? '';
        if (/^Not saved|changed meanwhile/.test(text.trim())) refusalsShown += 1;
      }
    }
  }).observe(document, { childList: true, subtree: true });

  const fetchOfPage = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const incident = /\/incidents\/([^/]+)\/verdict$/.exec(request.url)?.[1];
    if (!incident || request.method !== 'POST') return fetchOfPage(request);
    const { decision } = (await request.clone().json()) as { decision: string };
    const one: SentDecision = { incident, decision, inOutage, status: null };
    sent.push(one);
    try {
      const answer = await fetchOfPage(request);
      one.status = answer.status;
      return answer;
    } catch (error) {
      one.status = 0;
      throw error;
    }
  };

  /** The middle of the square; see MARK of evidence-files.ts. */
  const [MARK_AT, MARK_SIZE, WIDTH] = [42, 36, 1280];
  const dot = document.createElement('canvas');
  dot.width = dot.height = 1;
  function label(): 'violation' | 'none' | null {
    const incident = document.querySelector('[data-testid=incident]');
    const video = incident?.querySelector<HTMLVideoElement>('[data-testid=clip-video]');
    const image = incident?.querySelector<HTMLImageElement>('[data-testid=snapshot] img');
    const picture = video && video.videoWidth > 0 ? video : image;
    const width = picture instanceof HTMLVideoElement ? picture.videoWidth : picture?.naturalWidth;
    const ctx = dot.getContext('2d', { willReadFrequently: true });
    if (!picture || !width || !ctx) return null;
    const [at, size] = [MARK_AT, MARK_SIZE].map((one) => (one * width) / WIDTH) as [number, number];
    ctx.drawImage(picture, at, at, size, size, 0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = ctx.getImageData(0, 0, 1, 1).data;
    return red + green + blue > 3 * 128 ? 'violation' : 'none';
  }

  globalThis.reviewProbe = {
    label,
    async shown(patienceMs) {
      const until = performance.now() + patienceMs;
      while (performance.now() < until) {
        if (open !== null && isShown && key?.isOpen !== true) return true;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      return false;
    },
    begin() {
      isCounting = true;
      delays.length = opened.length = loaded.length = rowMoves.length = 0;
    },
    outage(begins) {
      inOutage = begins;
    },
    measured: () => ({
      delays,
      opened,
      loaded,
      changedByItself,
      rowMoves,
      shift,
      shiftAfterKeys,
      shiftInOutage,
      shifted: [...shifted].map(([what, sum]) => `${sum.toFixed(4)} ${what}`),
      sent,
      refusalsShown,
    }),
  };
}
