import {
  ALARM_SILENT_MS,
  ALARM_VALID_MS,
  type Alarm,
  type AlarmAnswer,
  type AlarmReported,
  alarmAnswer,
  type CameraConfig,
  topics,
} from '@anshi/contracts';
import { signatureFault, signMessage } from '@anshi/contracts/bus-signature';
import type { Logger } from 'pino';
import { ulid } from 'ulid';
import type { ConfirmedVerdict } from '../judge/verdict.ts';
import type { AlarmPlanStore, AlarmTarget } from './plan.ts';

/** An alarm that is not answered is sent again after so long, ms. */
const AGAIN_MS = 500;
const EVERY_MS = 100;
/** Alarms that wait for an answer: as many as a hall full of people gives at once. */
const MOST_OPEN = 1_000;

export interface AlarmsOptions {
  readonly tenant: string;
  readonly worker: string;
  readonly plan: Pick<AlarmPlanStore, 'targets'>;
  readonly log: Logger;
  readonly connected: () => boolean;
  /** Hands text to the broker. */
  readonly publish: (topic: string, text: string) => void;
  readonly report: (data: AlarmReported['data']) => void;
  /** Milliseconds of wall time. */
  readonly now?: () => number;
  /** Milliseconds that no change of the clock touches: what an alarm waits for goes by it. */
  readonly monotonic?: () => number;
}

/** Its times are monotonic. */
interface Open {
  readonly message: Alarm;
  readonly key: string;
  readonly report: AlarmReported['data'];
  readonly raisedAt: number;
  sentAt: number;
  isSilent: boolean;
}

/**
 * Gives alarms when the judge confirms a violation: beside the outbox and not after it, with neither the
 * database nor the API. Each is sent until its device answers, or its time is over.
 */
export class Alarms {
  readonly #options: AlarmsOptions;
  readonly #now: () => number;
  readonly #monotonic: () => number;
  readonly #open = new Map<string, Open>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: AlarmsOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#monotonic = options.monotonic ?? (() => performance.now());
  }

  /** It never throws: the record of the violation does not depend on its alarm. */
  confirmed(verdict: ConfirmedVerdict, camera: CameraConfig): void {
    try {
      for (const target of this.#options.plan.targets(verdict, camera, this.#now())) {
        this.#raise(verdict, camera, target);
      }
    } catch (err) {
      this.#options.log.error({ err, violation: verdict.violation }, 'an alarm was not given');
    }
  }

  #raise(
    verdict: ConfirmedVerdict,
    camera: CameraConfig,
    { line, area, device, fault, snooze }: AlarmTarget,
  ): void {
    const { worker } = this.#options;
    const now = this.#now();
    const at = new Date(now).toISOString();
    const { violation, rule, severity, actor, ruleId } = verdict;
    const act = `${camera.id}/${actor ?? ruleId}`;
    const { light, sound, holdSeconds, maxSeconds } = line;
    const signal = { light, sound, holdSeconds, maxSeconds };
    const id = ulid(now);
    const report: AlarmReported['data'] = {
      alarm: id,
      worker,
      device: device?.name ?? null,
      line: line.id,
      violation,
      camera: camera.id,
      area,
      rule,
      severity,
      act,
      ...signal,
      raisedAt: at,
      state: snooze ? 'refused' : device ? 'raised' : 'no-device',
      fault: snooze ? 'snoozed' : (fault ?? null),
      ...(snooze ? { snooze } : {}),
      muted: [],
      runs: null,
      readBack: null,
      until: null,
      at,
    };
    if (device && !snooze) {
      const message: Alarm = {
        id,
        device: device.name,
        worker,
        violation,
        camera: camera.id,
        act,
        ...signal,
        at,
        validUntil: new Date(now + ALARM_VALID_MS).toISOString(),
      };
      const open: Open = {
        message,
        key: device.key,
        report,
        raisedAt: this.#monotonic(),
        sentAt: Number.NEGATIVE_INFINITY,
        isSilent: false,
      };
      this.#open.set(id, open);
      for (const oldest of this.#open.keys()) {
        if (this.#open.size <= MOST_OPEN) break;
        this.#open.delete(oldest);
      }
      this.#send(open);
      this.#timer ??= setInterval(() => this.#tick(), EVERY_MS).unref();
    }
    // After the alarm: writing the report takes longer.
    this.#options.report(report);
  }

  #send(open: Open): void {
    const { tenant, connected, publish } = this.#options;
    // The library would keep it for when the line is back, and it comes then anyway.
    if (!connected()) return;
    open.sentAt = this.#monotonic();
    const { device, worker } = open.message;
    const topic = topics.alarm(tenant, device, worker);
    publish(topic, signMessage(open.key, topic, open.message, this.#now()));
  }

  /** Sends again what has no answer, and reports who is silent. */
  #tick(): void {
    const now = this.#monotonic();
    for (const [id, open] of this.#open) {
      if (!open.isSilent && now - open.raisedAt >= ALARM_SILENT_MS) {
        open.isSilent = true;
        this.#options.log.error({ device: open.message.device, alarm: id }, 'a device is silent');
        this.#report(open, {
          state: 'silent',
          fault: open.sentAt === Number.NEGATIVE_INFINITY ? 'no-connection' : null,
        });
      }
      const isOver = now >= open.raisedAt + ALARM_VALID_MS;
      // An answer may be on its way: a late one is still taken for a while.
      if (now >= open.raisedAt + 3 * ALARM_VALID_MS) this.#open.delete(id);
      else if (!isOver && now - open.sentAt >= AGAIN_MS) this.#send(open);
    }
    if (this.#open.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Takes the bytes of an answer. What the device did not sign is logged and left out. */
  answer(topic: string, payload: Buffer): void {
    const { tenant, worker, log } = this.#options;
    const device = topic.split('/').at(-2) ?? '';
    if (topic !== topics.alarmAnswers(tenant, device, worker)) return;
    const answer = readAnswer(payload);
    const open = answer && this.#open.get(answer.id);
    // Of an alarm that has its answer, or is none of ours.
    if (!answer || !open || open.message.device !== device) return;
    const fault = signatureFault(open.key, topic, payload, this.#now());
    if (fault !== null) {
      log.warn(
        { device, why: `its signature is ${fault}` },
        'an answer to an alarm is not believed',
      );
      return;
    }
    this.#open.delete(answer.id);
    const { result, fault: why, muted, runs, readBack, until, at } = answer;
    const isOther = result === 'done' && !agrees(open.message, answer);
    this.#report(open, {
      state: isOther ? 'failed' : result,
      fault: isOther ? 'output' : why,
      muted,
      runs,
      readBack,
      until,
      at,
    });
  }

  #report({ report }: Open, changes: Partial<AlarmReported['data']>): void {
    this.#options.report({ ...report, at: new Date(this.#now()).toISOString(), ...changes });
  }

  close(): void {
    clearInterval(this.#timer);
  }
}

function readAnswer(payload: Buffer): AlarmAnswer | null {
  try {
    return alarmAnswer.parse(JSON.parse(payload.toString()));
  } catch {
    return null;
  }
}

/** Whether what is read back is at least what was asked for and is not muted. */
function agrees({ light, sound }: Alarm, { readBack, muted }: AlarmAnswer): boolean {
  if (readBack === null) return true;
  const isLit = light === 'off' || muted.includes('light') || readBack.light !== 'off';
  return isLit && (!sound || muted.includes('sound') || readBack.sound === true);
}
