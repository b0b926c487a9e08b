/** More on its way to a viewer than this is slow: about two seconds of pictures. */
const SLOW_BYTES = 256 * 1024;
/** So is a viewer that has not answered a ping for this long. */
const SLOW_MS = 1_500;
/** And without an answer for this long it is gone. */
const GONE_MS = 30_000;

interface Ping {
  readonly number: number;
  readonly at: number;
  /** What was sent before it, bytes. */
  readonly sent: number;
}

/**
 * What is on its way to one viewer. The buffers of the kernel hold megabytes and say nothing of it; a ping
 * waits in them behind the pictures, so its answer tells what has come through.
 */
export class ViewerBacklog {
  #sent = 0;
  #arrived = 0;
  #number = 0;
  /** Without an answer, the oldest first. */
  #pings: Ping[] = [];

  sent(bytes: number): void {
    this.#sent += bytes;
  }

  /** @returns the payload of a ping that is sent now. */
  ping(now: number): string {
    this.#number += 1;
    this.#pings.push({ number: this.#number, at: now, sent: this.#sent });
    return String(this.#number);
  }

  /** @param payload of the pong: a viewer may answer the newest ping alone. */
  pong(payload: string): void {
    const number = Number(payload);
    for (const ping of this.#pings) if (ping.number <= number) this.#arrived = ping.sent;
    this.#pings = this.#pings.filter((ping) => !(ping.number <= number));
  }

  isSlow(now: number): boolean {
    return this.#sent - this.#arrived > SLOW_BYTES || this.#waits(now) > SLOW_MS;
  }

  isGone(now: number): boolean {
    return this.#waits(now) > GONE_MS;
  }

  #waits(now: number): number {
    const [oldest] = this.#pings;
    return oldest ? now - oldest.at : 0;
  }
}
