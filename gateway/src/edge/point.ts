import { createHash, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { EDGE_SIGN_ON_MS, type EdgeDecision, type EdgeFault } from '@anshi/contracts';
import { edgeKeyId } from '@anshi/contracts/edge-signature';
import type { Logger } from 'pino';
import { ulid } from 'ulid';
import type { GatePointConfig } from '../config-gates.ts';
import {
  askSupervisor,
  digestOf,
  type EdgeAnswer,
  type EdgeAsked,
  keyTaken,
  refusal,
} from './answers.ts';
import { ApiAway, answerOf, EdgeApi } from './api.ts';
import type { BootClock } from './boot-clock.ts';
import { deliver } from './deliver.ts';
import { EdgeJournal } from './edge-journal.ts';
import { EdgeLists } from './lists.ts';
import { permitFor } from './permits.ts';
import { EdgeStore } from './store.ts';

/** As at the API: how far the clock of the point may be off, ms. */
const AHEAD_MS = 5_000;
const LATE_MS = 120_000;
/** A refusal at the gateway counts for so long, ms: the point asks again with the next card anyway. */
const REFUSED_MS = 60_000;
/** The same fault is reported again after so long, ms. */
const REPORT_MS = 3_600_000;
/** How often deliveries are tried while something waits, ms. */
const DELIVER_MS = 2_000;

/** The point at one machine or door: the API decides, and where it does not answer, the list of permits does. */
export class EdgePoint {
  readonly name: string;
  readonly #config: GatePointConfig;
  readonly #api: EdgeApi;
  readonly #lists: EdgeLists;
  readonly #journal: EdgeJournal;
  readonly #clock: BootClock;
  readonly #log: Logger;
  readonly #timeoutMs: number;
  readonly #running = new Map<string, { digest: string; answer: Promise<EdgeAnswer> }>();
  readonly #reported = new Map<EdgeFault, number>();
  readonly #loops: Promise<void>[];
  readonly #timer: NodeJS.Timeout;
  #delivering: Promise<void> | null = null;
  #fault: EdgeFault | null = null;

  private constructor(parts: {
    config: GatePointConfig;
    api: EdgeApi;
    store: EdgeStore;
    journal: EdgeJournal;
    clock: BootClock;
    log: Logger;
    timeoutMs: number;
    closing: AbortSignal;
  }) {
    const { config, api, store, journal, clock, log, timeoutMs, closing } = parts;
    this.name = config.point;
    this.#config = config;
    this.#api = api;
    this.#journal = journal;
    this.#clock = clock;
    this.#log = log;
    this.#timeoutMs = timeoutMs;
    const { publicKey } = config;
    this.#lists = new EdgeLists({
      point: config.point,
      api,
      store,
      clock,
      publicKey: publicKey === undefined ? null : { publicKey, keyId: edgeKeyId(publicKey) },
      log,
      closing,
      onFault: (fault) => this.report(fault),
      onOnline: () => this.#deliver(),
    });
    this.#loops = [this.#lists.run()];
    this.#timer = setInterval(() => this.#deliver(), DELIVER_MS).unref();
  }

  /** @param options.isClockBack the clock was set back since the last run: what is kept counts as over. */
  static async open(
    config: GatePointConfig,
    options: {
      url: string;
      timeoutMs: number;
      folder: string;
      clock: BootClock;
      log: Logger;
      closing: AbortSignal;
      isClockBack: boolean;
    },
  ): Promise<EdgePoint> {
    const { url, timeoutMs, folder, clock, closing, isClockBack } = options;
    const log = options.log.child({ point: config.point });
    const store = await EdgeStore.open(join(folder, `edge-${config.point}.json`), log);
    const journal = await EdgeJournal.open(join(folder, `edge-${config.point}.journal`), log);
    if (isClockBack) await store.drop();
    const api = new EdgeApi(url, config.secret, closing);
    const parts = { config, api, store, journal, clock, log, timeoutMs, closing };
    const point = new EdgePoint(parts);
    if (isClockBack) point.report('clock-back');
    return point;
  }

  /** Compares in constant time. */
  isSecret(given: string): boolean {
    const [one, other] = [given, this.#config.secret].map((text) =>
      createHash('sha256').update(text).digest(),
    );
    return timingSafeEqual(one as Buffer, other as Buffer);
  }

  /** How it stands, for the state of the gateway. */
  get status() {
    return {
      point: this.name,
      online: this.#lists.online,
      sequence: this.#lists.held?.list.sequence ?? null,
      waiting: this.#journal.waitingCount,
      fault: this.#fault,
    };
  }

  /** What was refused is told to the API, once an hour for each kind. */
  report(fault: EdgeFault): void {
    this.#fault = fault;
    const now = this.#clock.bootMs();
    if (now - (this.#reported.get(fault) ?? Number.NEGATIVE_INFINITY) < REPORT_MS) return;
    this.#reported.set(fault, now);
    const at = new Date(this.#now()).toISOString();
    this.#journal
      .report(ulid(), { point: this.name, fault, at })
      .then(() => this.#deliver())
      .catch((err: unknown) => this.#log.error({ err, fault }, 'a refusal was not written down'));
  }

  /** Answers a request once: what was decided here is answered again to its key. */
  ask(asked: EdgeAsked): Promise<EdgeAnswer> {
    const digest = digestOf(asked);
    const { key } = asked;
    const isExit = this.#isExit(asked);
    const running = this.#running.get(key);
    if (running) {
      return isExit || running.digest === digest ? running.answer : Promise.resolve(keyTaken());
    }
    const made = this.#journal.find(key);
    if (made && isExit) return Promise.resolve({ status: 200, body: made.answer });
    if (made) {
      // An old `allow` is not drawn again after the right has ended.
      const answer = this.#timeFault(asked.at) ?? { status: 200, body: made.answer };
      return Promise.resolve(made.digest === digest ? answer : keyTaken());
    }
    const answer = this.#ask(asked, digest).finally(() => this.#running.delete(key));
    this.#running.set(key, { digest, answer });
    return answer;
  }

  /** A request for an area at its way out: a door never locks a person in, so it is logged and never refused. */
  #isExit({ kind }: EdgeAsked): boolean {
    return kind === 'entry' && (this.#config.direction === 'exit' || this.#lists.isExit);
  }

  /** Why a request counts no more, or not yet; null where it does. */
  #timeFault(at: string): EdgeAnswer | null {
    const now = this.#lists.time;
    const shownAt = Date.parse(at);
    if (shownAt > now.latest + AHEAD_MS) {
      return refusal(422, 'gate.clock', 'The clock of the point is ahead');
    }
    if (shownAt < now.earliest - LATE_MS) {
      return refusal(422, 'gate.late', 'The request is more than two minutes old');
    }
    return null;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all([...this.#loops, this.#delivering]);
    await this.#journal.close();
  }

  async #ask(asked: EdgeAsked, digest: string): Promise<EdgeAnswer> {
    try {
      const { status, body } = await this.#api.send(
        'POST',
        asked.kind === 'start' ? 'machine-start' : 'area-entry',
        {
          body: asked.body,
          headers: { 'idempotency-key': asked.key },
          timeoutMs: this.#timeoutMs,
        },
      );
      const answer = { status, body: answerOf(body) };
      const isOpen = status === 200 && (answer.body as { decision?: string }).decision === 'allow';
      return isOpen || !this.#isExit(asked) ? answer : this.#decide(asked, digest);
    } catch (error) {
      if (!(error instanceof ApiAway)) throw error;
      return this.#decide(asked, digest);
    }
  }

  /** By the list alone: whatever is not permitted stays off; the way out is open to all. */
  async #decide(asked: EdgeAsked, digest: string): Promise<EdgeAnswer> {
    const { kind, target, card, plate, key, at } = asked;
    const isExit = this.#isExit(asked);
    const held = this.#lists.held;
    const boot = this.#clock.bootMs();
    const own = kind === 'start' ? this.#config.machine : this.#config.area;
    if (target !== own) {
      this.report('other-target');
      return refusal(403, 'device.other-name', `The point "${this.name}" is not for "${target}".`);
    }
    const late = this.#timeFault(at);
    if (late && !isExit) return late;
    const now = this.#lists.time;
    const permit =
      !isExit && held && card !== null ? permitFor(held, { kind, target, card }, boot) : null;
    const ends = permit
      ? Math.min(
          Date.parse(permit.validUntil),
          kind === 'start' ? now.earliest + EDGE_SIGN_ON_MS : Number.POSITIVE_INFINITY,
        )
      : now.earliest + REFUSED_MS;
    const decision: EdgeDecision = {
      point: this.name,
      kind: isExit ? 'exit' : kind,
      target,
      card,
      ...(plate === null ? {} : { plate }),
      at,
      decidedAt: new Date(now.earliest).toISOString(),
      decision: permit || isExit ? 'allow' : 'deny',
      sequence: held?.list.sequence ?? null,
      validUntil: new Date(ends).toISOString(),
    };
    const answer = {
      id: ulid(now.earliest),
      decision: decision.decision,
      reasons: permit || isExit ? [] : [askSupervisor],
      validUntil: decision.validUntil,
      overridden: false,
    };
    try {
      await this.#journal.add({ key, digest, decision, answer });
    } catch (err) {
      if (isExit) {
        this.#log.error({ err }, 'a way out could not be written down: the door opens');
        return { status: 200, body: answer };
      }
      this.#log.error({ err }, 'a decision could not be written down: the machine stays off');
      return refusal(503, 'gate.journal', 'The gateway cannot write down its decision');
    }
    this.#log.info({ kind, target, decision: decision.decision }, 'decided without the API');
    return { status: 200, body: answer };
  }

  /** The time of the API, ms since 1970. */
  #now(): number {
    return this.#lists.time.earliest;
  }

  #deliver(): void {
    const { waitingCount, reports } = this.#journal;
    if (this.#delivering || (waitingCount === 0 && reports.length === 0)) return;
    this.#delivering = deliver(this.#api, this.#journal, this.#log)
      .then(() => this.#journal.settle(this.#now()))
      .catch((err: unknown) => this.#log.error({ err }, 'decisions were not delivered'))
      .finally(() => {
        this.#delivering = null;
      });
  }
}
