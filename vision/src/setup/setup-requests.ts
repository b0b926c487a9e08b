import { type CameraSetupRequest, cameraSetupRequest } from '@anshi/contracts';
import { openRequest } from '@anshi/contracts/sealed-request';
import { LiveRefusal } from '../live/live-engine.ts';
import { readDevice } from './onvif/device.ts';
import { discover, type ProbeTarget } from './onvif/discover.ts';
import { type TestPlace, testAddress } from './test-address.ts';

/** Each starts programs and opens connections: so many at once, beside the cameras. */
const MOST_AT_ONCE = 2;

export interface SetupPlace extends TestPlace {
  /** Which the worker shares with the API. */
  readonly busKey: string;
  /** Asked by themselves when cameras are looked for. */
  readonly targets: readonly ProbeTarget[];
}

/** Answers what the API asks while cameras are set up. */
export class SetupRequests {
  readonly #place: SetupPlace;
  #running = 0;

  constructor(place: SetupPlace) {
    this.#place = place;
  }

  /**
   * @param view id of the request. @param sealed its body.
   * @throws LiveRefusal where it is no request of the API, or too many run.
   */
  async answer(view: string, sealed: string): Promise<unknown> {
    const request = this.#opened(view, sealed);
    if (this.#running >= MOST_AT_ONCE) {
      throw new LiveRefusal(429, 'the worker tries other addresses: ask again in some seconds');
    }
    this.#running++;
    try {
      return await this.#act(request);
    } finally {
      this.#running--;
    }
  }

  #opened(view: string, sealed: string): CameraSetupRequest {
    try {
      return cameraSetupRequest.parse(JSON.parse(openRequest(this.#place.busKey, view, sealed)));
    } catch {
      // Without the reason, which would quote what was sent.
      throw new LiveRefusal(
        400,
        'the request cannot be read: let API and worker have one version and one key',
      );
    }
  }

  #act(request: CameraSetupRequest): Promise<unknown> {
    switch (request.kind) {
      case 'test':
        return testAddress(request, this.#place);
      case 'discover':
        return discover({ worker: this.#place.worker, targets: this.#place.targets });
      case 'device':
        return readDevice(request, this.#place.worker);
    }
  }
}
