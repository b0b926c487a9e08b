/**
 * Replaces each `${NAME}` in a camera's address by that environment variable.
 *
 * @throws Error that names the camera and the variable which is not set.
 */
export function expandUrl(
  camera: { id: string; url: string },
  env: Record<string, string | undefined>,
): string {
  return camera.url.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => {
    const value = env[name];
    if (value === undefined || value === '') {
      throw new Error(
        `camera "${camera.id}": its url names the environment variable ${name}, which is not set`,
      );
    }
    return value;
  });
}
