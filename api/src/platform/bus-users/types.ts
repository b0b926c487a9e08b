import type { BusUser } from '@anshi/contracts';

/**
 * Who may connect to the broker. A user's name there, and its client id, is `<kind>-<name>`; what it may
 * do follows from its kind (`contracts/src/bus/rights.ts`).
 */
export interface BusUsers {
  /**
   * Makes a user, or gives one a new secret. The embedded broker ends a connection under the old one at
   * once, mosquitto when it reads its files again.
   *
   * @param user.secret random, of 16 characters or more.
   * @throws Error where no user can have that name, or the secret is too short.
   */
  put(user: BusUser & { secret: string }): Promise<void>;
  /** Takes a user away; one that is not there is no error. Its connections end. */
  remove(user: BusUser): Promise<void>;
  list(): Promise<BusUser[]>;
}
