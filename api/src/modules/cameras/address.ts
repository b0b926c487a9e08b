import { CAMERA_VARIABLE_PREFIX } from '@anshi/contracts';

/** What stands in the place of a secret. */
export const MASK = '***';
/** `rtsp://`, user and password, and the rest; people write passwords with @ and / as they are. */
const PARTS = /^([a-z][a-z0-9+.-]*:\/\/)(?:(.*)@)?([^@]*)$/i;
/** Query parameters that are secret by their names. */
const SECRET_PARAMETER =
  /([?&][\w.-]*(?:pass|pwd|psw|token|secret|auth|key|sign?)[\w.-]*=)([^\s&'"]*)/gi;
/** The same in a path, such as `/user=admin_password=secret_channel=1`: up to the next parameter. */
const SECRET_IN_PATH =
  /([/_;][a-z.-]*(?:pass|pwd|psw|token|secret|auth|key|sign?)[a-z.-]*=)([^\s?&/'"]*?)(?=[_;][a-z]+=|[\s?&/'"]|$)/gi;
const VARIABLE = /\$\{([A-Za-z_]\w*)\}/g;
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
  const user = readUser(login);
  if (!user) return scheme + hideParameters(rest);
  const password = isPlain(user.password) ? MASK : user.password;
  // Together, for an @ in a secret of the path looks like the end of a password.
  return (
    scheme + hideParameters(`${user.user}${password === undefined ? '' : `:${password}`}@${rest}`)
  );
}

/**
 * Scheme, host and port of an address, for the audit log: where it leads to, and nothing that could be secret. An
 * @ or a / in a password leaves it open what the host is: then only the mask is said.
 */
export function hostAddress(address: string): string {
  const parts = PARTS.exec(address);
  const host = hostOf(parts?.[3]) ?? '';
  if (!parts || host === '' || !URL.canParse(address)) return MASK;
  return new URL(address).host === host.toLowerCase() ? `${parts[1]}${host}` : MASK;
}

function hideParameters(text: string): string {
  const hide = (all: string, name: string, value: string) =>
    isPlain(value) ? `${name}${MASK}` : all;
  return text.replace(SECRET_PARAMETER, hide).replace(SECRET_IN_PATH, hide);
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
  const same = mine[1] === shown[1] && mine[2] === shown[2] && hostOf(mine[3]) === hostOf(shown[3]);
  if (!same || mine[3]?.includes(MASK)) return null;
  return `${theirs[1]}${theirs[2]}@${mine[3]}`;
}

const hostOf = (rest = '') => rest.split(/[/?#]/)[0];
const namesIn = (address: string) => [...address.matchAll(VARIABLE)].map(([, name]) => name ?? '');
/** How the names of the variables of a camera begin. */
export const variableOf = (camera: string): string =>
  CAMERA_VARIABLE_PREFIX + camera.toUpperCase().replaceAll('-', '_');

/**
 * The variables of an address that belong to something else: the person who changes one camera could send the
 * password of another one to a server of their choice. Those that the stored address has stay for the
 * same scheme, user, host and port.
 *
 * @param others cameras whose ids begin alike: `gate-2` has variables that begin as those of `gate`, and a
 *   new `gate-password` would have that of `gate`.
 */
export function foreignVariables(
  camera: string,
  {
    given,
    stored,
    others,
  }: {
    given: string;
    stored: string | null;
    others: readonly { id: string; addresses: readonly string[] }[];
  },
): string[] {
  const kept = stored !== null && isSameDevice(given, stored) ? namesIn(stored) : [];
  const isOf = (id: string, name: string) =>
    name === variableOf(id) || name.startsWith(`${variableOf(id)}_`);
  const isOther = (name: string) =>
    others.some(
      ({ id, addresses }) =>
        addresses.some((one) => namesIn(one).includes(name)) ||
        (id.length > camera.length && isOf(id, name)),
    );
  const isOwn = (name: string) => isOf(camera, name) && !isOther(name);
  return [...new Set(namesIn(given))].filter((name) => !kept.includes(name) && !isOwn(name));
}

function isSameDevice(given: string, stored: string): boolean {
  const [mine, theirs] = [PARTS.exec(given), PARTS.exec(stored)];
  if (!mine || !theirs) return given === stored;
  // What a / stands in before the @ may be a host for the player.
  const isClear = mine[2] === theirs[2] || !/[/?#\\@]/.test(mine[2] ?? '');
  const userOf = (login: string | undefined) => readUser(login)?.user;
  return (
    isClear &&
    mine[1] === theirs[1] &&
    userOf(mine[2]) === userOf(theirs[2]) &&
    hostOf(mine[3]) === hostOf(theirs[3])
  );
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
 * @param which the last part of its name.
 */
export function exportedAddress(
  camera: string,
  address: string,
  which: 'ADDRESS' | 'SECOND_ADDRESS' | 'SUBSTREAM_ADDRESS' = 'ADDRESS',
): ExportedAddress {
  const scheme = PARTS.exec(address)?.[1];
  const stays = scheme === undefined || /^file:/i.test(scheme) || address.includes('${');
  if (stays && !holdsSecret(address)) return { url: address, variable: null };
  const name = `${variableOf(camera)}_${which}`;
  return { url: `${scheme ?? ''}\${${name}}`, variable: name };
}
