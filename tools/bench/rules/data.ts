import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  type CameraConfig,
  instant,
  type Observation,
  observation,
  readCamerasFile,
  slug,
  violationRule,
} from '@anshi/contracts';
import { z } from 'zod';

/*
 * The forms of recorded or generated streams with their truth: NAME.observations.jsonl,
 * NAME.config.yaml and NAME.truth.json. Explained in docs/benches.md.
 */

const truthEvent = z.strictObject({
  rule: violationRule,
  ruleId: slug,
  item: slug.nullable().default(null),
  /** From when to when it was so. A crossing has one moment. */
  from: instant,
  to: instant,
  /** When a record is due: it has lasted for the confirm time. Left out: `from`. */
  due: instant.optional(),
  /** Tracks of the person; left out for zones and machines, and where they are not known. */
  tracks: z.array(z.string()).default([]),
  /** False where a record is right and none is, too: it lasted about as long as the rule allows. */
  must: z.boolean().default(true),
  /** Most records that are right, where it was interrupted for about the clear time. */
  atMost: z.number().int().min(1).default(1),
});
export type TruthEvent = z.infer<typeof truthEvent>;

export const truthFile = z.strictObject({
  camera: slug,
  /** What the truth covers; records outside count neither way. Left out: the whole stream. */
  from: instant.optional(),
  to: instant.optional(),
  events: z.array(truthEvent),
});
export type Truth = z.infer<typeof truthFile>;

/** A stream of one camera and its truth. */
export interface Stream {
  readonly name: string;
  readonly config: CameraConfig;
  readonly truth: Truth;
  readonly observations: AsyncIterable<Observation> | Iterable<Observation>;
}

/** An error in a file of a data folder. */
export class DataError extends Error {}

/**
 * The streams of a folder, in the order of their names.
 *
 * @throws DataError that names the file and what is wrong.
 */
export function readStreams(folder: string): Stream[] {
  const end = '.observations.jsonl';
  const names = readdirSync(folder)
    .filter((file) => file.endsWith(end))
    .map((file) => file.slice(0, -end.length))
    .sort();
  if (names.length === 0) throw new DataError(`${folder} has no *${end}`);
  return names.map((name) => {
    const truthPath = join(folder, `${name}.truth.json`);
    const truth = named(truthPath, () =>
      truthFile.parse(JSON.parse(readFileSync(truthPath, 'utf8'))),
    );
    const configPath = join(folder, `${name}.config.yaml`);
    const config = named(configPath, () => {
      const { cameras } = readCamerasFile(readFileSync(configPath, 'utf8'), configPath);
      const camera = cameras.find(({ id }) => id === truth.camera);
      if (!camera) throw new Error(`there is no camera "${truth.camera}", which the truth names`);
      return camera;
    });
    for (const { ruleId, rule } of truth.events) {
      if (config.rules.some((one) => one.id === ruleId && one.kind === rule)) continue;
      throw new DataError(`${truthPath}: the configuration has no ${rule} rule "${ruleId}"`);
    }
    return { name, config, truth, observations: linesOf(join(folder, `${name}${end}`)) };
  });
}

function named<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const message = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new DataError(message.includes(path) ? message : `${path}: ${message}`);
  }
}

async function* linesOf(path: string): AsyncGenerator<Observation> {
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Infinity });
  let number = 0;
  for await (const line of lines) {
    number++;
    if (line.trim() === '') continue;
    yield named(`${path}:${number}`, () => observation.parse(JSON.parse(line)));
  }
}
