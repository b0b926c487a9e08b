/** Times of a page, ms of the epoch by the clock of the machine. */
export interface ScreenProbe {
  /** When another alarm became the newest one of the bar. */
  seen: number[];
  /** When the live connection brought an incident. */
  heard: number[];
}

declare global {
  var screenProbe: ScreenProbe;
}

/** To be installed before the scripts of a page. It uses nothing outside of itself. */
export function installProbe(): void {
  const probe: ScreenProbe = { seen: [], heard: [] };
  globalThis.screenProbe = probe;
  const now = () => performance.timeOrigin + performance.now();
  let newest: string | null = null;
  new MutationObserver(() => {
    const id = document.querySelector('[data-testid=desk-newest]')?.getAttribute('data-id') ?? null;
    if (id === null || id === newest) return;
    newest = id;
    // What is drawn with the next frame.
    requestAnimationFrame(() => requestAnimationFrame(() => probe.seen.push(now())));
  }).observe(document, { childList: true, subtree: true, attributes: true });
  const { WebSocket: Native } = globalThis;
  globalThis.WebSocket = class extends Native {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols);
      this.addEventListener('message', ({ data }) => {
        if (typeof data === 'string' && data.includes('"type":"incident"')) probe.heard.push(now());
      });
    }
  };
}
