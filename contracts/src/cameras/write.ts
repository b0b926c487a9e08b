import { Document, isMap, isScalar, isSeq, type Node, visit } from 'yaml';
import { type CameraConfig, type CamerasFile, cameraConfig } from './schema.ts';

/** What a camera has where its configuration does not say otherwise. */
const usualCamera = (): Readonly<Record<string, unknown>> =>
  cameraConfig.parse({
    id: 'x',
    name: { zh: 'x', en: 'x' },
    site: 'x',
    url: 'x',
    picture: [1280, 720],
  });
/** Said in any case. */
const SAID = new Set(['id', 'name', 'site', 'url', 'picture']);

/** A camera without what is as usual. */
export function withoutUsual(camera: Partial<CameraConfig>): Partial<CameraConfig> {
  const usual = usualCamera();
  return Object.fromEntries(
    Object.entries(camera).filter(
      ([name, value]) =>
        value !== undefined && (SAID.has(name) || inOrder(value) !== inOrder(usual[name])),
    ),
  );
}

/** JSON with the keys of each object in order: a database has its own. */
const inOrder = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

/**
 * The text of a cameras file, which `readCamerasFile` reads as the same.
 *
 * @param comment lines above it, without their #.
 */
export function writeCamerasFile(file: CamerasFile, comment: readonly string[] = []): string {
  const head = comment.map((line) => `# ${line}\n`).join('');
  const cameras = file.cameras.map((camera) => withoutUsual(camera));
  return head + writeYaml({ version: file.version, sites: file.sites, cameras });
}

/** Plain values as YAML: one line for a point, an outline, a name in two languages, or a rule. */
export function writeYaml(value: unknown): string {
  const document = new Document(value);
  visit(document, {
    Collection(key, node) {
      if (key === null || !isShort(node)) return undefined;
      node.flow = true;
      return visit.SKIP;
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

/** Numbers and points; or a map of short things that has no outline in it. */
function isShort(node: Node): boolean {
  if (isSeq(node)) return node.items.every((item) => isNumbers(item as Node) || isScalar(item));
  if (!isMap(node)) return false;
  return node.items.every(({ key, value }) => {
    if (isScalar(key) && key.value === 'polygon') return false;
    return isScalar(value) || isNumbers(value as Node) || (isMap(value) && isShort(value));
  });
}

const isNumbers = (node: Node): boolean =>
  isSeq(node) && node.items.every((item) => isScalar(item));
