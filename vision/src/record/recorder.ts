import type {
  CameraConfig,
  EvidenceFile,
  Observation,
  ViolationEvent,
  ViolationIdentity,
} from '@anshi/contracts';
import type { Logger } from 'pino';
import type { ConfirmedVerdict, EndedVerdict, Verdict } from '../judge/verdict.ts';
import type { Statement } from '../naming/messages.ts';
import type { Naming } from '../naming/naming.ts';
import type { CameraState } from '../pipeline/camera-pipeline.ts';
import type { CameraStates } from '../publish/camera-states.ts';
import type { EvidenceStore } from '../publish/evidence-store.ts';
import type { Outbox } from '../publish/outbox.ts';
import type { ClipQueue } from './clip-queue.ts';
import {
  confirmedEvent,
  endedEvent,
  followedEvent,
  identifiedEvent,
  snapshotBoxes,
} from './events.ts';
import { isNoRoom } from './room.ts';
import type { RawPicture, Snapshots } from './snapshots.ts';
import { ViolationSpans } from './violation-spans.ts';

const RETRY_MS = 1000;

export interface RecorderOptions {
  readonly source: string;
  readonly outbox: Outbox;
  readonly states: CameraStates;
  readonly evidence: EvidenceStore;
  readonly snapshots: Pick<Snapshots, 'jpeg'>;
  readonly clips: Pick<ClipQueue, 'add'>;
  /** Fencing number of the camera's grant; undefined where there is none. */
  readonly grantOf?: (camera: string) => number | undefined;
  /** Called when an episode begins or ends, before it is durable. */
  readonly onFound?: () => void;
  /** Gives the alarm of a violation; left out where none is given. */
  readonly alarms?: { confirmed(verdict: ConfirmedVerdict, camera: CameraConfig): void };
  /** Says who the actors of violations are; left out where no badges are correlated. */
  readonly naming?: Pick<Naming, 'ask' | 'ended'> | undefined;
  readonly log: Logger;
}

/** The verdicts of one frame, with the data for their records. */
export interface Findings {
  readonly camera: CameraConfig;
  /** Version of its configuration; null where it is of a file. */
  readonly configuration: number | null;
  readonly model: { readonly name: string; readonly version: string };
  readonly verdicts: readonly Verdict[];
  /** The camera's open episodes after this frame. */
  readonly state: CameraState;
  /** A copy of the frame's pixels (I420), needed where something was confirmed. */
  readonly picture: RawPicture | null;
  readonly at: number;
  readonly observation: Observation;
}

/**
 * Turns verdicts into durable events. The verdicts of one camera are committed one after another,
 * in frame order; the outbox explains why.
 */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #lanes = new Map<string, Promise<void>>();
  readonly #busy = new Map<string, number>();
  readonly #lastState = new Map<string, string>();
  #problem: string | null = null;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  get problem(): string | null {
    return this.#problem;
  }

  /** Settles when the events of these findings are durable. */
  record(findings: Findings): Promise<void> {
    const { camera } = findings;
    const { states, outbox, clips, alarms, naming, log } = this.#options;
    const state = states.next(camera.id, findings.state);
    const grant = this.#options.grantOf?.(camera.id);
    this.#options.onFound?.();
    const found = Date.now();
    const confirmed = findings.verdicts.filter((verdict) => verdict.type === 'confirmed');
    // Beside the outbox, not after it: neither picture nor disk delays an alarm.
    for (const verdict of confirmed) alarms?.confirmed(verdict, camera);
    // The snapshot is encoded while earlier findings are still being written.
    const picture = confirmed.length > 0 ? findings.picture : null;
    const spans = ViolationSpans.begin(confirmed, camera.id, findings.at);
    const who = new Map<string, Promise<ViolationIdentity | null>>();
    for (const verdict of findings.verdicts) {
      if (verdict.type === 'ended') naming?.ended(verdict.violation, verdict.endedAt);
      else if (verdict.type === 'confirmed' && naming)
        who.set(verdict.violation, naming.ask(verdict, camera));
    }
    const jpeg = picture && spans.stage('snapshot', () => this.#encode(picture));
    return this.#inLane(camera.id, async () => {
      const events: ViolationEvent[] = [];
      /** In entries of their own: a worker of before sets aside an entry with an event that it does not know. */
      const paths: ViolationEvent[] = [];
      for (const verdict of findings.verdicts) {
        if (verdict.type === 'ended') {
          events.push(endedEvent(verdict, this.#options.source, camera.id, grant));
        } else if (verdict.type === 'followed') {
          paths.push(followedEvent(verdict, this.#options.source, camera.id, grant));
        } else {
          const identity = (await who.get(verdict.violation)) ?? null;
          events.push(await this.#confirmed(verdict, findings, await jpeg, { grant, identity }));
        }
      }
      if (events.length > 0) {
        await spans.stage('outbox', () =>
          outbox.add({ version: 1, events, state }, () =>
            Promise.all(confirmed.map((verdict) => clips.add(orderOf(verdict, camera)))),
          ),
        );
      } else await states.ensure(state);
      for (const path of paths) await outbox.add({ version: 1, events: [path], state: null });
      const now = Date.now();
      const delays = { foundMs: found - findings.at, durableMs: now - found };
      for (const [index, verdict] of confirmed.entries()) {
        const { violation, rule, item, ruleId, actor, tracks } = verdict;
        const whom = { actor, track: tracks.at(-1) };
        const fields = { camera: camera.id, violation, rule, item, ruleId, ...whom, ...delays };
        spans.within(index, () => log.info(fields, 'violation recorded'));
      }
    }).finally(() => spans.end());
  }

  /** Commits what became known of an actor, after the violation itself. */
  identified(camera: string, statement: Statement): Promise<void> {
    const { outbox, source } = this.#options;
    const event = identifiedEvent(statement, source, camera, this.#options.grantOf?.(camera));
    return this.#inLane(camera, () => outbox.add({ version: 1, events: [event], state: null }));
  }

  /** Commits the ends of episodes of a removed camera. */
  recordEnded(
    camera: string,
    verdicts: readonly EndedVerdict[],
    endState: CameraState,
  ): Promise<void> {
    const { states, outbox, source } = this.#options;
    const state = states.next(camera, endState);
    const grant = this.#options.grantOf?.(camera);
    const events = verdicts.map((verdict) => endedEvent(verdict, source, camera, grant));
    for (const { violation, endedAt } of verdicts) this.#options.naming?.ended(violation, endedAt);
    return this.#inLane(camera, () => outbox.add({ version: 1, events, state }));
  }

  /**
   * Saves the open episodes of a camera, so that a restart continues from the last sighting.
   * Skipped while findings are being committed: those save the state themselves.
   */
  saveState(camera: string, exportState: () => CameraState): void {
    if ((this.#busy.get(camera) ?? 0) > 0) return;
    const state = exportState();
    // Avoids a disk write every few seconds for an empty scene.
    const text = isEmpty(state) ? 'nobody' : JSON.stringify(state);
    if (text === this.#lastState.get(camera)) return;
    this.#lastState.set(camera, text);
    const saved = this.#options.states.next(camera, state);
    void this.#inLane(camera, () => this.#options.states.ensure(saved)).catch((error: unknown) => {
      this.#lastState.delete(camera);
      this.#options.log.warn({ err: error, camera }, 'the open episodes cannot be saved');
    });
  }

  /** Settles when everything recorded so far is durable. */
  async flush(): Promise<void> {
    await Promise.allSettled(this.#lanes.values());
  }

  async #confirmed(
    verdict: ConfirmedVerdict,
    findings: Findings,
    jpeg: Uint8Array | null,
    context: { grant: number | undefined; identity: ViolationIdentity | null },
  ): Promise<ViolationEvent> {
    const { picture, observation, at, camera, configuration, model } = findings;
    if (!jpeg || !picture) throw new Error('a confirmed violation has no picture');
    const file = await this.#persist(jpeg);
    return confirmedEvent(verdict, {
      source: this.#options.source,
      camera,
      configuration,
      ...context,
      model,
      snapshot: file && {
        ...file,
        takenAt: new Date(at).toISOString(),
        width: picture.width,
        height: picture.height,
        boxes: snapshotBoxes(observation, picture),
      },
    });
  }

  /** Retries until it succeeds: a violation must not be lost with a failed thread. */
  async #encode(picture: RawPicture): Promise<Uint8Array> {
    for (;;) {
      try {
        return await this.#options.snapshots.jpeg(picture);
      } catch (error) {
        this.#problem = `snapshots cannot be encoded: ${(error as Error).message}; violations are kept in memory until then`;
        this.#options.log.error({ err: error }, this.#problem);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  /** Retries until the write succeeds; null where the disk is full: the event goes without it. */
  async #persist(jpeg: Uint8Array): Promise<EvidenceFile | null> {
    for (;;) {
      try {
        const file = await this.#options.evidence.put(jpeg, 'image/jpeg');
        this.#problem = null;
        return file;
      } catch (error) {
        if (isNoRoom(error)) {
          this.#options.log.error({ err: error }, 'a violation is recorded without its picture');
          return null;
        }
        this.#problem = `snapshots cannot be written: ${(error as Error).message}; violations are kept in memory until then`;
        this.#options.log.error({ err: error }, this.#problem);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  #inLane(camera: string, work: () => Promise<void>): Promise<void> {
    this.#busy.set(camera, (this.#busy.get(camera) ?? 0) + 1);
    const before = this.#lanes.get(camera) ?? Promise.resolve();
    const run = before
      .catch(() => {})
      .then(work)
      .finally(() => this.#busy.set(camera, this.#busy.get(camera)! - 1));
    this.#lanes.set(camera, run);
    return run;
  }
}

/** Whether nobody is there and no rule on the scene measures a time. */
const isEmpty = ({ actors, scene }: CameraState): boolean =>
  actors.length === 0 && Object.values(scene.rules).every(({ since }) => since === null);

function orderOf(verdict: ConfirmedVerdict, { id: camera, zones }: CameraConfig) {
  const { violation, tracks, startedAt, confirmedAt, subject, zone } = verdict;
  const outline = zones.find(({ id }) => subject !== 'person' && id === zone)?.polygon;
  return {
    violation,
    camera,
    tracks: [...tracks],
    startedAt,
    confirmedAt,
    ...(outline && { outline }),
  };
}
