import type { DeviceKind } from '@anshi/contracts/device-secret';

/** A device as the broker knows it: its user is `<kind>-<name>`. */
export interface BusUser {
  readonly tenant: string;
  readonly kind: DeviceKind;
  readonly name: string;
}

/** What a broker must know of devices. */
export interface BusUsers {
  /** From now on the device signs in with this secret; one before it counts no more. */
  put(user: BusUser & { readonly secret: string }): Promise<void>;
  remove(user: BusUser): Promise<void>;
}

/** A broker whose users are kept by hand. */
export const noBusUsers: BusUsers = { async put() {}, async remove() {} };
