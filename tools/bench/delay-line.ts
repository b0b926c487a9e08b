import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP connection through which what the far side sends may come later, as over a bad radio link. */
export class DelayLine {
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  #delayMs = 0;

  private constructor(target: () => number) {
    this.#server = createServer((near) => {
      const far = connect(target(), '127.0.0.1');
      for (const socket of [near, far]) {
        this.#open.add(socket);
        socket.setNoDelay(true);
        socket.on('error', () => socket.destroy());
        socket.on('close', () => this.#open.delete(socket));
      }
      near.on('close', () => far.destroy());
      far.on('close', () => near.destroy());
      near.pipe(far);
      this.#forward(far, near);
    });
  }

  /** @param target port of the far side on this machine, asked for with each connection. */
  static async open(target: () => number): Promise<DelayLine> {
    const line = new DelayLine(target);
    await new Promise<void>((resolve) => line.#server.listen(0, '127.0.0.1', resolve));
    return line;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** How much later bytes come from now on, ms; with a shorter time, those that wait come at once. */
  set delayMs(ms: number) {
    this.#delayMs = ms;
  }

  async close(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** In their order, whatever the delay is meanwhile. */
  #forward(from: Socket, to: Socket): void {
    const waiting: { bytes: Buffer; at: number }[] = [];
    const tick = setInterval(() => {
      const due = Date.now() - this.#delayMs;
      while (waiting[0] && waiting[0].at <= due) to.write(waiting.shift()!.bytes);
    }, 10);
    from.on('data', (bytes) => {
      if (this.#delayMs === 0 && waiting.length === 0) to.write(bytes);
      else waiting.push({ bytes, at: Date.now() });
    });
    from.on('close', () => clearInterval(tick));
  }
}
