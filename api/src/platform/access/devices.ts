import type { DeviceKind } from '@anshi/contracts/device-secret';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../http/errors.ts';

/** Kinds of devices, and the old token that workers share until each has a credential of its own. */
export type DeviceClass = DeviceKind | 'shared';

/** What a route for devices says in its config. */
export interface DeviceRoute {
  readonly kinds: readonly DeviceClass[];
  /** The secret may stand in the address: as `token` in the path or the query. */
  readonly inAddress?: true;
}

/** The device that sent a request. */
export interface DeviceCaller {
  readonly kind: DeviceClass;
  /** Id of its credential. */
  readonly credential: string;
  /** The name that it sends for; null with the shared token, which has none. */
  readonly name: string | null;
  /** Of a gateway: the devices behind it. Else empty. */
  readonly speaksFor: readonly string[];
}

/** What a device showed, before it is believed. */
export interface ShownSecret {
  readonly secret: string;
  /** The user name of basic authentication; null by any other way. */
  readonly username: string | null;
  readonly route: DeviceRoute;
  readonly from: RequestOrigin;
}

/** Where a request came from, for the audit log. */
export interface RequestOrigin {
  readonly address: string;
  readonly requestId: string;
  /** Method and pattern of the route: no value of the address. */
  readonly route: string;
}

/** What knows the credentials: the module `devices`. */
export interface DeviceVerifier {
  /** @throws Problem `device.refused` or `device.wrong-kind`. */
  verify(shown: ShownSecret): Promise<DeviceCaller>;
  /** Notes that a device spoke for a name that is not its own. */
  otherName(caller: DeviceCaller, name: string, from: RequestOrigin): Promise<void>;
}

/** The guard of device routes. The module `devices` provides the check of credentials. */
export interface DeviceGate {
  use(verifier: DeviceVerifier): void;
  /** @throws Problem where the request shows no credential, or not a right one. */
  check(request: FastifyRequest): Promise<DeviceCaller>;
  /**
   * A device sends only for itself, a gateway also for the devices that its credential names.
   *
   * @throws Problem `device.other-name`
   */
  requireName(request: FastifyRequest, name: string): Promise<void>;
  /**
   * Refuses a request for a thing that is not the device's own, such as another machine: it is counted as
   * speaking for another name.
   *
   * @throws Problem `device.other-name`, always.
   */
  refuseName(request: FastifyRequest, name: string, why: string): Promise<never>;
}

export function createDeviceGate(): DeviceGate {
  let known: DeviceVerifier | undefined;
  const verifier = () => {
    if (!known) throw new Error('no module knows the credentials of devices');
    return known;
  };
  async function refuseName(request: FastifyRequest, name: string, why: string): Promise<never> {
    await verifier().otherName(deviceOf(request), name, originOf(request));
    throw new Problem('device.other-name', why);
  }
  return {
    use(next) {
      known = next;
    },
    async check(request) {
      const route = request.routeOptions.config.device;
      if (!route) throw new Error(`the route ${request.routeOptions.url} is not for devices`);
      const shown = shownSecret(request, route);
      if (!shown) throw new Problem('device.refused', 'The request shows no credential.');
      return verifier().verify({ ...shown, route, from: originOf(request) });
    },
    async requireName(request, name) {
      const device = deviceOf(request);
      if (device.name === name || device.speaksFor.includes(name)) return;
      return refuseName(
        request,
        name,
        `The credential is that of "${device.name}", and the request is for "${name}".`,
      );
    },
    refuseName,
  };
}

/** The device of a request whose route is for devices. */
export function deviceOf(request: FastifyRequest): DeviceCaller {
  const { device } = request;
  if (!device) throw new Error(`the route ${request.routeOptions.url} is not for devices`);
  return device;
}

function originOf(request: FastifyRequest): RequestOrigin {
  const { method, ip, id } = request;
  return { address: ip, requestId: id, route: `${method} ${request.routeOptions.url ?? ''}` };
}

/** The secret of a header (bearer or basic), or of the address where the route allows that. */
function shownSecret(
  request: FastifyRequest,
  { inAddress }: DeviceRoute,
): Pick<ShownSecret, 'secret' | 'username'> | null {
  const [scheme = '', value = ''] = (request.headers.authorization ?? '').split(' ');
  if (scheme.toLowerCase() === 'bearer' && value) return { secret: value, username: null };
  if (scheme.toLowerCase() === 'basic' && value) {
    const [username = '', ...rest] = Buffer.from(value, 'base64').toString('utf8').split(':');
    return { secret: rest.join(':'), username };
  }
  if (!inAddress) return null;
  const places = [request.params, request.query] as { token?: unknown }[];
  const found = places.map((place) => place?.token).find((token) => typeof token === 'string');
  return typeof found === 'string' && found !== '' ? { secret: found, username: null } : null;
}
