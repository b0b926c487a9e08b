/** So long a service worker may take to be ready before offline use counts as not possible, ms. */
const READY_WITHIN_MS = 30_000;
/** Interval of the update check of an open app. */
const askEvery = 60 * 60_000;

/** The app as cached by the service worker, and its updates. */
export class Pwa {
  /** The app can be opened offline from now on. */
  offlineReady = $state(false);
  /** A newer version waits for the user's confirmation. */
  updateWaiting = $state(false);
  /** The browser allows no service worker here, such as in a private window or by a policy. */
  blocked = $state(false);
  #waiting: ServiceWorker | null = null;

  /**
   * False where the browser has no service worker, such as over plain HTTP from another machine.
   */
  get supported(): boolean {
    return 'serviceWorker' in navigator && window.isSecureContext;
  }

  /**
   * Registers the service worker; returns a function that stops watching it.
   *
   * @param onopen called when a notification with this address is clicked.
   */
  follow(onopen: (link: string) => void): () => void {
    if (!this.supported || import.meta.env.DEV) return () => {};
    const container = containerOf();
    if (!container) {
      this.blocked = true;
      return () => {};
    }
    let reloading = false;
    const hadOne = container.controller !== null;
    const changed = (): void => {
      // The very first worker takes over without a reload: there is no older version.
      if (!hadOne || reloading) return;
      reloading = true;
      location.reload();
    };
    const said = (event: MessageEvent): void => {
      const data = event.data as { type?: string; link?: string } | null;
      if (data?.type === 'open' && typeof data.link === 'string') onopen(data.link);
    };
    container.addEventListener('controllerchange', changed);
    container.addEventListener('message', said);
    let timer: ReturnType<typeof setInterval> | undefined;
    // A browser that blocks them may refuse, throw, or never answer; the app works online all the same.
    const late = setTimeout(() => (this.blocked = true), READY_WITHIN_MS);
    const refused = (): void => {
      clearTimeout(late);
      this.blocked = true;
    };
    const register = async () => container.register('/service-worker.js');
    void register().then((registration) => {
      this.#watch(registration);
      timer = setInterval(() => void registration.update().catch(() => {}), askEvery);
    }, refused);
    void readyOf(container).then(() => {
      clearTimeout(late);
      this.blocked = false;
      this.offlineReady = true;
    }, refused);
    return () => {
      clearInterval(timer);
      clearTimeout(late);
      container.removeEventListener('controllerchange', changed);
      container.removeEventListener('message', said);
    };
  }

  /** Activates the newer version; the page is reloaded. */
  update(): void {
    this.updateWaiting = false;
    this.#waiting?.postMessage('take-over');
  }

  #watch(registration: ServiceWorkerRegistration): void {
    const found = (worker: ServiceWorker | null): void => {
      if (!worker || !navigator.serviceWorker.controller) return;
      this.#waiting = worker;
      this.updateWaiting = true;
    };
    found(registration.waiting);
    registration.addEventListener('updatefound', () => {
      const next = registration.installing;
      next?.addEventListener('statechange', () => {
        if (next.state === 'installed') found(next);
      });
    });
  }
}

/** Null where the browser refuses even to name it. */
function containerOf(): ServiceWorkerContainer | null {
  try {
    return navigator.serviceWorker ?? null;
  } catch {
    return null;
  }
}

const readyOf = async (container: ServiceWorkerContainer): Promise<unknown> => container.ready;

export const pwa = new Pwa();
