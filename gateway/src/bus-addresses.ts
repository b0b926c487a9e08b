import { connect, isIP } from 'node:net';
import { SecondWay } from '@anshi/contracts';
import type { MqttClient } from 'mqtt';
import type { Logger } from 'pino';

/** How often the first address is tried while another one is in use, ms. */
const PROBE_EVERY_MS = 10_000;
const PROBE_MS = 2_000;
/** A connection that does not end in order within this time is cut, ms. */
const END_MS = 3_000;

/** What of the options of a connection names the broker. */
interface Address {
  readonly host: string;
  readonly hostname: string;
  readonly port: number | undefined;
  /** The name that its certificate must bear. */
  readonly servername: string | undefined;
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = {
  'mqtt:': 1883,
  'tcp:': 1883,
  'mqtts:': 8883,
  'ssl:': 8883,
  'ws:': 80,
  'wss:': 443,
};

/**
 * The addresses of one broker in several networks. A connection that is lost takes the next one; while it
 * is on another than the first, that one is tried, and taken again when it answers.
 */
export class BusAddresses {
  readonly #all: readonly Address[];
  readonly #port: number;
  readonly #stayMs: number | undefined;
  readonly #probeEveryMs: number;
  #probing: { readonly at: number; readonly answers: Promise<boolean> } | null = null;

  /**
   * @param others further addresses, without a user: that of the first holds.
   * @param stayMs least time on another address than the first.
   * @throws Error where an address cannot be used.
   */
  constructor(first: string, others: readonly string[], stayMs?: number) {
    const { protocol } = new URL(first);
    this.#all = [first, ...others].map((text, n) => {
      if (!URL.canParse(text)) throw new Error(`ANSHI_MQTT_OTHER_URLS: "${text}" is no address`);
      const url = new URL(text);
      if (n > 0 && (url.username !== '' || url.password !== '')) {
        throw new Error(
          `ANSHI_MQTT_OTHER_URLS: ${url.host} must have no user: that of ANSHI_MQTT_URL holds`,
        );
      }
      if (url.protocol !== protocol) {
        throw new Error(
          `ANSHI_MQTT_OTHER_URLS: ${url.host} must begin with ${protocol}//, as ANSHI_MQTT_URL does`,
        );
      }
      const host = url.hostname.replace(/^\[|\]$/g, '');
      const port = url.port === '' ? undefined : Number(url.port);
      return { host, hostname: host, port, servername: isIP(host) === 0 ? host : undefined };
    });
    this.#port = DEFAULT_PORTS[protocol] ?? 1883;
    this.#stayMs = stayMs;
    this.#probeEveryMs = Math.min(PROBE_EVERY_MS, stayMs ?? PROBE_EVERY_MS);
  }

  /**
   * Keeps a client on an address that works. The client has been made for the first one.
   *
   * @returns ends that.
   */
  follow(client: MqttClient, log: Logger): () => void {
    if (this.#all.length === 1) return () => {};
    const way = new SecondWay(this.#stayMs);
    let at = 0;
    let isReturning = false;
    let isOver = false;
    const use = (next: number) => {
      at = next;
      Object.assign(client.options, this.#all[next]);
    };
    const onClose = () => {
      if (isReturning) return;
      if (at === 0) way.take(performance.now());
      use((at + 1) % this.#all.length);
    };
    const onConnect = () => {
      if (at === 0 && way.isTaken) {
        way.leave(performance.now());
        log.info('the first address of the broker is in use again');
      } else if (at > 0) log.warn({ address: at + 1 }, 'another address of the broker is in use');
    };
    const mayReturn = () =>
      client.connected &&
      at > 0 &&
      !isReturning &&
      way.isOver(performance.now()) &&
      // What is on its way is answered first.
      Object.keys(client.outgoing).length === 0;
    const timer = setInterval(async () => {
      if (!mayReturn() || !(await this.#firstAnswers()) || !mayReturn()) return;
      isReturning = true;
      const cut = setTimeout(() => client.stream.destroy(), END_MS).unref();
      // In order, so that no last will is sent; what comes meanwhile waits at the broker.
      client.end(false, {}, () => {
        clearTimeout(cut);
        isReturning = false;
        if (isOver) return;
        use(0);
        client.reconnect();
      });
    }, this.#probeEveryMs).unref();
    client.on('close', onClose);
    client.on('connect', onConnect);
    return () => {
      isOver = true;
      clearInterval(timer);
      client.off('close', onClose);
      client.off('connect', onConnect);
    };
  }

  /** Asked once for all clients. */
  #firstAnswers(): Promise<boolean> {
    const now = performance.now();
    if (this.#probing === null || now - this.#probing.at > this.#probeEveryMs / 2) {
      const { host, port = this.#port } = this.#all[0] as Address;
      this.#probing = { at: now, answers: answers(host, port) };
    }
    return this.#probing.answers;
  }
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (is: boolean) => {
      socket.destroy();
      resolve(is);
    };
    socket.setTimeout(PROBE_MS, () => end(false));
    socket.once('error', () => end(false));
    socket.once('connect', () => end(true));
  });
}
