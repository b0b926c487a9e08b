import {
  type CameraAddresses,
  type CameraConfig,
  CamerasFileError,
  type CamerasFinding,
  checkCameras,
  fieldOf,
  readYaml,
  type SiteConfig,
  withoutUsual,
  writeYaml,
} from '@anshi/contracts';
import { Problem } from '../../platform/http/errors.ts';
import { type FieldError, untranslated } from '../../platform/http/field-errors.ts';
import type { KnownCamera } from './stored.ts';

/** What a person changes as one text, in the words of cameras.yaml. */
const drawn = [
  'picture',
  'calibration',
  'zones',
  'lines',
  'masks',
  'rules',
  'model',
  'closeLooks',
  'transport',
  'tls',
] as const satisfies readonly (keyof KnownCamera)[];
type Drawn = (typeof drawn)[number];
const isDrawn = (name: unknown): name is Drawn => drawn.includes(name as Drawn);

/** The text of a camera's picture, calibration, zones, lines, rules and model. */
export function drawingOf(config: KnownCamera): string {
  const said = withoutUsual(config);
  return writeYaml(
    Object.fromEntries(
      drawn.flatMap((name) => (said[name] === undefined ? [] : [[name, said[name]]])),
    ),
  );
}

/** The camera without what a drawing says. */
export const withoutDrawing = (config: KnownCamera): Record<string, unknown> =>
  Object.fromEntries(Object.entries(config).filter(([name]) => !isDrawn(name)));

/** What a person gave of a camera: its fields, and its drawing as text or as it is. */
export interface GivenCamera {
  /** Everything but what the drawing says. */
  fields: Record<string, unknown>;
  addresses: CameraAddresses;
  drawing: string | KnownCamera;
}

/**
 * Checks a camera as the worker does.
 *
 * @throws Problem `camera.invalid` with every error at its field; those of the drawing name their line.
 */
export function checkedCamera(
  { fields, addresses, drawing }: GivenCamera,
  sites: readonly SiteConfig[],
): CameraConfig {
  const text = typeof drawing === 'string' ? readDrawing(drawing) : null;
  const parts = text
    ? text.value
    : Object.fromEntries(Object.entries(drawing).filter(([name]) => isDrawn(name)));
  const camera = { ...parts, ...fields, ...addresses };
  const checked = checkCameras({ version: 1, sites, cameras: [camera] });
  if ('file' in checked) return checked.file.cameras[0] as CameraConfig;
  throw invalid(
    checked.findings.map((finding) => atField(finding, (path) => text?.lineOf(path) ?? null)),
  );
}

const invalid = (errors: FieldError[]) => new Problem('camera.invalid', undefined, { errors });

/** The field of the form that a finding of `cameras[0].…` belongs to. */
function atField(
  { path, message }: CamerasFinding,
  lineOf: (path: (string | number)[]) => number | null,
): FieldError {
  const [root, , name, ...rest] = path;
  if (root !== 'cameras' || name === undefined) return untranslated('body.site', message);
  if (name === 'url') return untranslated('body.address', message);
  if (name === 'secondUrl') return untranslated('body.secondAddress', message);
  if (name === 'substream') return untranslated('body.substreamAddress', message);
  if (!isDrawn(name)) return untranslated(`body.${fieldOf([name, ...rest])}`, message);
  const line = lineOf([name, ...rest]);
  const where = fieldOf([name, ...rest]);
  return untranslated(
    'body.drawing',
    `${line === null ? '' : `line ${line}, `}${where}: ${message}`,
  );
}

function readDrawing(text: string) {
  const { value, lineOf } = parsed(text);
  if (value !== null && (typeof value !== 'object' || Array.isArray(value))) {
    throw invalid([untranslated('body.drawing', `must have ${drawn.join(', ')}`)]);
  }
  const map = (value ?? {}) as Record<string, unknown>;
  const others = Object.keys(map).filter((name) => !isDrawn(name));
  if (others.length > 0) {
    throw invalid(
      others.map((name) =>
        untranslated(
          'body.drawing',
          `line ${lineOf([name])}: "${name}" does not belong here, only ${drawn.join(', ')}`,
        ),
      ),
    );
  }
  return { value: map, lineOf };
}

function parsed(text: string) {
  try {
    return readYaml(text, 'drawing');
  } catch (error) {
    if (!(error instanceof CamerasFileError)) throw error;
    throw invalid(
      error.problems.map(({ line, message }) =>
        untranslated('body.drawing', `line ${line}: ${message}`),
      ),
    );
  }
}
