import {
  type CameraHealth,
  cameraHealth,
  topics,
  type WorkerStatus,
  workerStatus,
} from '@anshi/contracts';
import type { MqttClient } from 'mqtt';

/** The newest retained messages of a worker on the bus: its status and the health of its cameras. */
export class ToldState {
  readonly #worker: string;
  readonly #latest = new Map<string, string>();

  private constructor(worker: string) {
    this.#worker = worker;
  }

  /** @param onMessage after each message. */
  static async of(bus: MqttClient, worker: string, onMessage: () => void): Promise<ToldState> {
    const told = new ToldState(worker);
    bus.on('message', (topic, payload) => {
      told.#latest.set(topic, payload.toString());
      onMessage();
    });
    await bus.subscribeAsync([
      'anshi/v1/demo/workers/+/cameras/+/health',
      'anshi/v1/demo/workers/+/status',
    ]);
    return told;
  }

  /** Undefined where there is none, or none any more. */
  health(camera: string): CameraHealth | undefined {
    const text = this.#latest.get(topics.cameraHealth('demo', this.#worker, camera));
    return text ? cameraHealth.parse(JSON.parse(text)) : undefined;
  }

  /** Whether the retained health of a camera was removed: the worker has given it up. */
  isCleared(camera: string): boolean {
    return this.#latest.get(topics.cameraHealth('demo', this.#worker, camera)) === '';
  }

  status(): WorkerStatus | undefined {
    const text = this.#latest.get(topics.workerStatus('demo', this.#worker));
    return text ? workerStatus.parse(JSON.parse(text)) : undefined;
  }
}
