/** Interval of the update check of an open app. */
const askEvery = 60 * 60_000;

/** The app as cached by the service worker, and its updates. */
class Pwa {
  /** The app can be opened offline from now on. */
  offlineReady = $state(false);
  /** A newer version waits for the user's confirmation. */
  updateWaiting = $state(false);
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
    const container = navigator.serviceWorker;
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
    container.register('/service-worker.js').then(
      (registration) => {
        this.#watch(registration);
        timer = setInterval(() => void registration.update().catch(() => {}), askEvery);
      },
      // Without it the app works online.
      () => {},
    );
    void container.ready.then(() => {
      this.offlineReady = true;
    });
    return () => {
      clearInterval(timer);
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

export const pwa = new Pwa();
