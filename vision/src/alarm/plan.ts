import { readFile } from 'node:fs/promises';
import {
  type AlarmLine,
  type AlarmPlan,
  alarmAreas,
  alarmPlan,
  type CameraConfig,
  isAlarmLineFor,
  readOutsideTime,
  signalWith,
  snoozeFor,
  topics,
} from '@anshi/contracts';
import { openAlarmKeys } from '@anshi/contracts/alarm-keys';
import { signatureFault } from '@anshi/contracts/bus-signature';
import type { Logger } from 'pino';
import type { ConfirmedVerdict } from '../judge/verdict.ts';
import { writeDurably } from '../publish/durable-file.ts';

/** A device that gives an alarm, with the key for it; no device where the area has none. */
export interface AlarmTarget {
  /** With what of its signal the device has. */
  readonly line: AlarmLine;
  readonly area: string | null;
  readonly device: { readonly name: string; readonly key: string } | null;
  /** Why the devices that the area has give nothing. */
  readonly fault?: 'no-output';
  /** The snooze for which it is not given. */
  readonly snooze?: string;
}

export interface AlarmPlanOptions {
  readonly tenant: string;
  readonly worker: string;
  /** Which this worker shares with the API alone. */
  readonly key: string;
  /** Where the last plan is kept, as it came: its keys stay sealed. */
  readonly file: string;
  readonly log: Logger;
}

interface Opened {
  readonly plan: AlarmPlan;
  readonly keys: Readonly<Record<string, string>>;
  /** What it says, without its time and the seal of its keys. */
  readonly content: string;
}

/**
 * Which device gives an alarm for what. The API sends it; the last one is on the disk, so that alarms are
 * given while the API and the broker's memory are gone.
 */
export class AlarmPlanStore {
  readonly #options: AlarmPlanOptions;
  #opened: Opened | null = null;
  /** The content of the plan on the disk. */
  #onDisk: string | null = null;
  #writing: Promise<void> = Promise.resolve();

  private constructor(options: AlarmPlanOptions) {
    this.#options = options;
  }

  /** Reads the plan of an earlier run; one that was changed on the disk is not believed. */
  static async open(options: AlarmPlanOptions): Promise<AlarmPlanStore> {
    const store = new AlarmPlanStore(options);
    const text = await readFile(options.file, 'utf8').catch(() => null);
    if (text === null) return store;
    // It was believed when it came: a clock that is behind after a start takes no plan away.
    const fault = store.#take(Buffer.from(text), { isKept: true });
    store.#onDisk = store.#opened?.content ?? null;
    if (fault !== null) options.log.error({ why: fault }, 'the kept alarm plan is not believed');
    return store;
  }

  /** The lines of the plan; 0 where there is none. */
  get lines(): number {
    return this.#opened?.plan.lines.length ?? 0;
  }

  /** Takes the bytes of a message of its topic. What the API did not sign changes nothing. */
  take(payload: Buffer): void {
    const { log, file } = this.#options;
    const before = this.#opened;
    const fault = this.#take(payload);
    if (fault !== null) {
      log.warn({ why: fault }, 'an alarm plan is not believed');
      return;
    }
    // It comes each minute with a new time: the disk is not written for that alone.
    const content = this.#opened?.content ?? null;
    if (this.#opened === before || content === this.#onDisk) return;
    this.#onDisk = content;
    log.info({ lines: this.lines }, 'the alarm plan is taken');
    this.#writing = this.#writing
      .catch(() => {})
      .then(() => writeDurably(file, payload, { mode: 0o600 }))
      .catch((err: unknown) => {
        this.#onDisk = null;
        log.error({ err }, 'the alarm plan cannot be kept on the disk');
      });
  }

  /** @returns why it is not believed, where it is not. */
  #take(payload: Buffer, { isKept = false } = {}): string | null {
    const { tenant, worker, key } = this.#options;
    try {
      const topic = topics.alarmPlan(tenant, worker);
      // It is retained: its age says nothing, but an older one than the last is not believed.
      const fault = signatureFault(key, topic, payload, null);
      if (fault !== null) return `its signature is ${fault}`;
      const plan = alarmPlan.parse(JSON.parse(payload.toString()));
      if (plan.worker !== worker) return `it is for ${plan.worker}`;
      const time = readOutsideTime('alarm-rules', plan.at);
      if (time.result !== 'taken' && !(isKept && time.why === 'ahead')) {
        return `its time cannot be (${time.why})`;
      }
      const last = this.#opened?.plan.at;
      // One that is itself of the future was kept by a clock that was wrong, and keeps nothing out.
      const counts = last !== undefined && readOutsideTime('alarm-rules', last).result === 'taken';
      if (counts && Date.parse(plan.at) <= Date.parse(last)) return null;
      const keys = openAlarmKeys(key, plan.keys);
      const content = JSON.stringify([{ ...plan, at: null, keys: null }, keys]);
      this.#opened = { plan, keys, content };
      return null;
    } catch {
      return 'it is damaged';
    }
  }

  /**
   * The devices that give an alarm for a violation, each once by the first line of which it gives
   * something; where a line applies and the area has no device for it, that is said instead.
   */
  targets(verdict: ConfirmedVerdict, camera: CameraConfig, now = Date.now()): AlarmTarget[] {
    const snooze = this.#snoozeOf(verdict, camera, now);
    const targets = this.#targets(verdict, camera);
    return snooze === null ? targets : targets.map((one) => ({ ...one, snooze }));
  }

  /** With a clock behind the plan nothing rests: what it says may be over long since. */
  #snoozeOf(verdict: ConfirmedVerdict, camera: CameraConfig, now: number): string | null {
    const plan = this.#opened?.plan;
    if (!plan || readOutsideTime('alarm-rules', plan.at, now).result !== 'taken') return null;
    const { zone, ruleId, severity } = verdict;
    const about = { camera: camera.id, zone, ruleId, severity };
    return snoozeFor(plan.snoozes, about, now)?.id ?? null;
  }

  #targets(verdict: ConfirmedVerdict, camera: CameraConfig): AlarmTarget[] {
    if (!this.#opened) return [];
    const { plan, keys } = this.#opened;
    const areas = alarmAreas(verdict.zone, camera.zones);
    const cause = { camera: camera.id, rule: verdict.rule, severity: verdict.severity, areas };
    const found = new Map<string, AlarmTarget>();
    let without: AlarmTarget | null = null;
    for (const line of plan.lines) {
      if (!isAlarmLineFor(line, cause)) continue;
      const places = line.soundIn.length > 0 ? line.soundIn : areas;
      const devices = plan.devices.filter(
        ({ device, area }) => area !== null && places.includes(area) && keys[device] !== undefined,
      );
      const area = areas[0] ?? null;
      let isGiven = false;
      for (const { device: name, outputs } of devices) {
        const signal = signalWith(outputs, line);
        if (signal === null) continue;
        isGiven = true;
        if (found.has(name)) continue;
        const device = { name, key: keys[name] as string };
        found.set(name, { line: { ...line, ...signal }, area, device });
      }
      if (isGiven) continue;
      without ??= {
        line,
        area,
        device: null,
        ...(devices.length > 0 && { fault: 'no-output' as const }),
      };
    }
    if (found.size === 0 && without) return [without];
    return [...found.values()];
  }

  /** Settles when the last plan is on the disk. */
  close(): Promise<void> {
    return this.#writing;
  }
}
