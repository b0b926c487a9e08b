import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  box,
  type CamerasFile,
  CamerasFileError,
  instant,
  location,
  readCamerasFile,
  score,
} from '@anshi/contracts';
import { stringify } from 'yaml';
import { z } from 'zod';

/** A folder that cannot be scored; the message names file and line. */
export class IdentityDataError extends Error {}

const detectionLine = z.strictObject({
  camera: z.string(),
  at: instant,
  people: z.array(z.strictObject({ box, score })),
});
export type DetectionLine = z.infer<typeof detectionLine>;

const positionLine = z.strictObject({ arrivedAt: instant, location });
export type PositionLine = z.infer<typeof positionLine>;

const peopleFile = z.strictObject({
  people: z.array(
    z.strictObject({
      id: z.string().min(1),
      consents: z.array(z.enum(['badge-tracking', 'video-identity', 'training-data'])),
    }),
  ),
  bindings: z.array(
    z.strictObject({
      badge: z.string().min(1),
      person: z.string().min(1),
      since: instant,
      until: instant.nullable(),
    }),
  ),
});
export type PeopleFile = z.infer<typeof peopleFile>;

const truthFile = z.strictObject({
  /** Who is where in the pictures, once a second or oftener. */
  frames: z.array(
    z.strictObject({
      camera: z.string(),
      at: instant,
      people: z.array(z.strictObject({ person: z.string(), box })),
    }),
  ),
  /** Who wears which badge from when to when. */
  worn: z.array(
    z.strictObject({ badge: z.string(), person: z.string(), from: instant, to: instant }),
  ),
  swaps: z.array(
    z.strictObject({ at: instant, badges: z.tuple([z.string(), z.string()]), inView: z.boolean() }),
  ),
});
export type TruthFile = z.infer<typeof truthFile>;

/** A floor that is recorded, with its truth. */
export interface World {
  readonly name: string;
  readonly cameras: CamerasFile;
  readonly detections: readonly DetectionLine[];
  readonly positions: readonly PositionLine[];
  readonly people: PeopleFile;
  readonly truth: TruthFile;
}

const FILES = ['cameras.yaml', 'detections.jsonl', 'positions.jsonl', 'people.json', 'truth.json'];

/** @throws IdentityDataError with file and line where something is missing or wrong. */
export function readWorld(folder: string, name: string): World {
  for (const file of FILES) {
    if (!existsSync(join(folder, file))) {
      throw new IdentityDataError(
        `${join(folder, file)}: is missing; needed are ${FILES.join(', ')}`,
      );
    }
  }
  const text = (file: string) => readFileSync(join(folder, file), 'utf8');
  let cameras: CamerasFile;
  try {
    cameras = readCamerasFile(text('cameras.yaml'), join(folder, 'cameras.yaml'));
  } catch (error) {
    if (error instanceof CamerasFileError) throw new IdentityDataError(error.message);
    throw error;
  }
  const lines = <T>(file: string, schema: z.ZodType<T>): T[] =>
    text(file)
      .split('\n')
      .flatMap((line, i) =>
        line.trim() === '' ? [] : [checked(line, `${join(folder, file)}:${i + 1}`, schema)],
      );
  const json = <T>(file: string, schema: z.ZodType<T>): T =>
    checked(text(file), join(folder, file), schema);
  return {
    name,
    cameras,
    detections: lines('detections.jsonl', detectionLine),
    positions: lines('positions.jsonl', positionLine),
    people: json('people.json', peopleFile),
    truth: json('truth.json', truthFile),
  };
}

/** Writes a world so that `--data` reads it again. */
export function writeWorld(folder: string, world: World): void {
  mkdirSync(folder, { recursive: true });
  const lines = (values: readonly unknown[]) =>
    `${values.map((value) => JSON.stringify(value)).join('\n')}\n`;
  const write = (file: string, content: string) => writeFileSync(join(folder, file), content);
  write('cameras.yaml', stringify(world.cameras));
  write('detections.jsonl', lines(world.detections));
  write('positions.jsonl', lines(world.positions));
  write('people.json', `${JSON.stringify(world.people, null, 2)}\n`);
  write('truth.json', `${JSON.stringify(world.truth)}\n`);
}

function checked<T>(text: string, where: string, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new IdentityDataError(`${where}: is no JSON: ${(error as Error).message}`);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues
    .slice(0, 5)
    .map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new IdentityDataError(`${where}: ${problems.join('; ')}`);
}
