import { CAMERA_VARIABLE_PREFIX } from '@anshi/contracts';

/** What stands in the place of a secret. */
export const MASK = '***';
/** `rtsp://`, user and password, and the rest; people write passwords with @ and / as they are. */
const PARTS = /^([a-z][a-z0-9+.-]*:\/\/)(?:(.*)@)?([^@]*)$/i;
/** Query parameters that are secret by their names. */
const SECRET_PARAMETER =
  /([?&][\w.-]*(?:pass|pwd|psw|token|secret|auth|key|sign?)[\w.-]*=)([^\s&'"]*)/gi;
/** Nothing but variables. */
const VARIABLES = /^(?:\$\{[A-Za-z_]\w*\})+$/;

const isPlain = (value: string | undefined): value is string =>
  value !== undefined && value !== '' && !VARIABLES.test(value);

/** The user and the password of `user:password`; null for none. */
function readUser(text: string | undefined): { user: string; password: string | undefined } | null {
  if (text === undefined) return null;
  const colon = text.indexOf(':');
  if (colon < 0) return { user: text, password: undefined };
  return { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

/**
 * The address as those see it who may change it: passwords and secret parameters that are written
 * out are masked, those that a variable names stay.
 */
export function shownAddress(address: string): string {
  const parts = PARTS.exec(address);
  if (!parts) return address;
  const [, scheme = '', login, rest = ''] = parts;
  const hidden = rest.replace(SECRET_PARAMETER, (all, name: string, value: string) =>
    isPlain(value) ? `${name}${MASK}` : all,
  );
  const user = readUser(login);
  if (!user) return scheme + hidden;
  const password = isPlain(user.password) ? MASK : user.password;
  return `${scheme}${user.user}${password === undefined ? '' : `:${password}`}@${hidden}`;
}

/** Whether a password or another secret is written out in it. */
export const holdsSecret = (address: string): boolean => shownAddress(address) !== address;

/**
 * The address that a person means by a text in which the masked password stands: the stored one, or
 * another stream of the same device under the same user.
 *
 * @returns null where the device or the user is another one: the password must be given again, or it
 *   would be sent to whatever the new address names.
 */
export function unmaskedAddress(given: string, stored: string): string | null {
  if (!given.includes(MASK)) return given;
  if (given === shownAddress(stored)) return stored;
  const [mine, theirs] = [PARTS.exec(given), PARTS.exec(stored)];
  const shown = PARTS.exec(shownAddress(stored));
  if (!mine || !theirs || !shown) return null;
  const hostOf = (rest = '') => rest.split(/[/?#]/)[0];
  const same = mine[1] === shown[1] && mine[2] === shown[2] && hostOf(mine[3]) === hostOf(shown[3]);
  if (!same || mine[3]?.includes(MASK)) return null;
  return `${theirs[1]}${theirs[2]}@${mine[3]}`;
}

/** What is written in the place of an address when cameras are exported. */
export interface ExportedAddress {
  url: string;
  /** The variable that the place must set, and what it means; null where none is new. */
  variable: string | null;
}

/**
 * An address for a file that leaves the system: a variable stands for all of it but its scheme. One
 * that names its own variables, or a file, stays as it is where it has no secret written out.
 *
 * @param camera the id, which names the variable.
 */
export function exportedAddress(camera: string, address: string): ExportedAddress {
  const scheme = PARTS.exec(address)?.[1];
  const stays = scheme === undefined || /^file:/i.test(scheme) || address.includes('${');
  if (stays && !holdsSecret(address)) return { url: address, variable: null };
  const name = `${CAMERA_VARIABLE_PREFIX}${camera.toUpperCase().replaceAll('-', '_')}_ADDRESS`;
  return { url: `${scheme ?? ''}\${${name}}`, variable: name };
}
