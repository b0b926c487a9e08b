/** How often an open app asks whether there is a newer version of it. */
const askEvery = 60 * 60_000;

/** The app as it is kept on the phone by the service worker: whether it is, and a newer version. */
class Pwa {
  /** The app opens without a network from now on. */
  offlineReady = $state(false);
  /** A newer version waits for the person's word. */
  updateWaiting = $state(false);
  #waiting: ServiceWorker | null = null;

  /** False where the browser keeps no app, such as over plain HTTP from another machine. */
  get supported(): boolean {
    return 'serviceWorker' in navigator && window.isSecureContext;
  }

  /**
   * Registers the service worker; returns what ends the watch over it.
   *
   * @param onopen a notice was pressed that leads to this address of the app.
   */
  follow(onopen: (link: string) => void): () => void {
    if (!this.supported || import.meta.env.DEV) return () => {};
    const container = navigator.serviceWorker;
    let reloading = false;
    const hadOne = container.controller !== null;
    const changed = (): void => {
      // The very first worker takes over without a reload: nothing older is on the screen.
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
      // Without it the app works as long as there is a network.
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

  /** Takes the newer version; the page is loaded again with it. */
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
