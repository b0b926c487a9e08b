import { rename, writeFile } from 'node:fs/promises';

/**
 * Writes a cameras.yaml with one site and these cameras, and puts it in place at once, as editors do.
 *
 * @param urlOf the address of each camera.
 * @param more further lines of each camera, indented by four.
 */
export async function writeCameras(
  file: string,
  ids: readonly string[],
  urlOf: (id: string) => string,
  more = '',
): Promise<void> {
  const cameras = ids.map(
    (id) => `  - id: ${id}
    name: { zh: ${id}, en: ${id} }
    site: plant
    url: ${urlOf(id)}
    picture: [640, 360]
    analysisFps: 2
${more}`,
  );
  const text = `version: 1
sites: [{ id: plant, name: { zh: 厂, en: Plant } }]
cameras:
${cameras.join('')}`;
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}
