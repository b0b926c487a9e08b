const VARIABLE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** What the name of an environment variable begins with that cameras.yaml may use. */
export const CAMERA_VARIABLE_PREFIX = 'ANSHI_CAMERA_';
/** No secret: the port of the simulated plant. */
const PLAIN_VARIABLES = new Set(['ANSHI_SIM_RTSP_PORT']);

const namesIn = (url: string): string[] => [...url.matchAll(VARIABLE)].map(([, name]) => name!);
const isSecret = (name: string) => name.startsWith(CAMERA_VARIABLE_PREFIX);

/**
 * The variables of an address that cameras.yaml may not use. A file that may name any variable sends
 * the secrets of the system to a server of its author's choice.
 */
function forbiddenVariables(url: string): string[] {
  return namesIn(url).filter((name) => !isSecret(name) && !PLAIN_VARIABLES.has(name));
}

/** What is wrong with a variable, and what to do. */
function forbiddenVariable(name: string): string {
  return `the environment variable ${name} may not be used here: its name must begin with ${CAMERA_VARIABLE_PREFIX}. Rename it to ${CAMERA_VARIABLE_PREFIX}${name}, here and where it is set`;
}

/** What is wrong with an address of a camera, each with what to do. */
export function addressProblems(url: string): string[] {
  return [
    ...(/^(rtsps?:\/\/|file:)/i.test(url) ? [] : ['must start with rtsp://, rtsps:// or file:']),
    ...[...new Set(forbiddenVariables(url))].map(forbiddenVariable),
    ...(/\s/.test(url) ? ['must have no spaces; write one as %20'] : []),
  ];
}

/** Where a camera is reached. Each may hold a password, and nothing else of a configuration does. */
export interface CameraAddresses {
  readonly url: string;
  /** In another network; left out where it has none. */
  readonly secondUrl?: string | undefined;
  /** Of its smaller stream; left out where it has none. */
  readonly substream?: string | undefined;
}

/** Addresses without those that a camera does not have. */
export const addressesOf = ({ url, secondUrl, substream }: CameraAddresses): CameraAddresses => ({
  url,
  ...(secondUrl !== undefined && { secondUrl }),
  ...(substream !== undefined && { substream }),
});

/** A configuration apart from its addresses, which are kept and shown otherwise. */
export function apartFromAddresses<Config extends CameraAddresses>(
  camera: Config,
): { addresses: CameraAddresses; config: Omit<Config, keyof CameraAddresses> } {
  const { url, secondUrl, substream, ...config } = camera;
  return { addresses: addressesOf({ url, secondUrl, substream }), config };
}

/**
 * Replaces each `${NAME}` in a camera's address by that environment variable.
 *
 * @throws Error that names the camera and the variable which is not allowed or not set.
 */
export function expandUrl(
  camera: { id: string; url: string },
  env: Record<string, string | undefined>,
): string {
  const [forbidden] = forbiddenVariables(camera.url);
  if (forbidden !== undefined) {
    throw new Error(`camera "${camera.id}": ${forbiddenVariable(forbidden)}`);
  }
  return camera.url.replace(VARIABLE, (_, name: string) => {
    const value = env[name];
    if (value === undefined || value === '') {
      throw new Error(
        `camera "${camera.id}": its url names the environment variable ${name}, which is not set`,
      );
    }
    return value;
  });
}

/** The values of the variables in an address: they are masked in every text. */
export function secretsOfUrl(url: string, env: Record<string, string | undefined>): string[] {
  return namesIn(url)
    .filter(isSecret)
    .flatMap((name) => env[name] || []);
}
