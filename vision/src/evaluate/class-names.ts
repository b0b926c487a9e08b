import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { yamlProblem } from '@anshi/contracts';
import { parse } from 'yaml';
import { z } from 'zod';
import { LabelError } from './label-error.ts';

/** Class names of public data sets, by the label of the PPE model; others are not scored. */
const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  person: ['people', 'worker', 'human', 'pedestrian'],
  helmet: ['hardhat', 'hard_hat', 'safety_helmet', 'with_helmet'],
  // Headwear other than a helmet counts as a bare head, as in the rule.
  head: ['other_headwear', 'no_helmet', 'no_hardhat', 'no_hard_hat', 'without_helmet', 'bare_head'],
  vest: ['safety_vest', 'reflective_vest', 'hi_vis_vest', 'with_vest'],
  no_vest: ['no_safety_vest', 'without_vest', 'no_reflective_vest'],
};

const MEANINGS = new Map(
  Object.entries(SYNONYMS).flatMap(([meaning, names]) =>
    [meaning, ...names].map((name) => [name, meaning] as const),
  ),
);

/** Class name of headwear other than a helmet, such as a cap. */
const HEADWEAR = 'other_headwear';

const plainName = (name: string) =>
  name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_');

/** The label of the PPE model for a class name of a label file, or the name itself. */
export function meaningOf(name: string): string {
  const plain = plainName(name);
  return MEANINGS.get(plain) ?? plain;
}

const datasetFile = z.looseObject({
  classes: z.array(z.string().min(1)).min(1),
  labelled: z.record(z.string(), z.array(z.string())).default({}),
});

const yamlNames = z.looseObject({
  names: z.union([
    z.array(z.string().min(1)).min(1),
    z.record(z.string().regex(/^\d+$/), z.string()),
  ]),
});

/** Class names of a set's ids, and which classes it labels exhaustively. */
export interface SetClasses {
  /** By id; the PPE model's label for the name. */
  readonly names: ReadonlyMap<number, string>;
  /** Id of the class {@link HEADWEAR}; null where the set has none. */
  readonly headwear: number | null;
  /** Labels that count; null where not declared, so that those present in its labels count. */
  readonly labelled: ReadonlySet<string> | null;
  /** The file of the names, for messages. */
  readonly from: string;
}

/**
 * Resolves the class ids of a set: from `classes.txt` or `data.yaml` in the set's folder or the one
 * above it, else from `dataset.json` (or one of the two others) of the whole collection.
 *
 * @param data the collection's folder.
 * @param set path of the set in it, such as `css/val`.
 * @throws LabelError where no such file exists or one cannot be read.
 */
export function classesOf(data: string, set: string): SetClasses {
  const source = set.split('/')[0]!;
  const overview = readDataset(join(data, 'dataset.json'));
  const key = overview?.labelled[set] ? set : source;
  const named = overview?.labelled[key];
  const labelled = named ? new Set(named.map(meaningOf)) : null;
  const folders = [...new Set([join(data, set), join(data, source)])];
  const withLabelled = (found: NamedIds): SetClasses => {
    const known = new Set(found.names.values());
    const unknown = named?.find((name) => !known.has(meaningOf(name)));
    if (unknown === undefined) return { ...found, labelled };
    throw new LabelError(
      `${join(data, 'dataset.json')}: labelled.${key}: "${unknown}" is none of the classes that ${found.from} names`,
    );
  };
  for (const folder of folders) {
    const own = namesIn(folder);
    if (own) return withLabelled(own);
  }
  if (overview) {
    return withLabelled(idsOf([...overview.classes.entries()], join(data, 'dataset.json')));
  }
  const common = namesIn(data);
  if (common) return withLabelled(common);
  throw new LabelError(
    `${data}: nothing says what the class ids mean; write a dataset.json ({"classes": ["person", …]}) ` +
      `or a classes.txt (one name a line) there, or a classes.txt or data.yaml in ${folders[0]}`,
  );
}

function readDataset(file: string): z.infer<typeof datasetFile> | undefined {
  if (!existsSync(file)) return undefined;
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new LabelError(`${file}: not JSON: ${(error as Error).message}`);
  }
  return checked(datasetFile, content, file);
}

type NamedIds = Omit<SetClasses, 'labelled'>;

function idsOf(entries: readonly (readonly [id: number, name: string])[], from: string): NamedIds {
  return {
    names: new Map(entries.map(([id, name]) => [id, meaningOf(name)])),
    headwear: entries.find(([, name]) => plainName(name) === HEADWEAR)?.[0] ?? null,
    from,
  };
}

function namesIn(folder: string): NamedIds | undefined {
  const list = join(folder, 'classes.txt');
  if (existsSync(list)) {
    const lines = readFileSync(list, 'utf8').split(/\r?\n/);
    while (lines.at(-1)?.trim() === '') lines.pop();
    if (lines.length === 0) throw new LabelError(`${list}: names no class; write one name a line`);
    return idsOf([...lines.entries()], list);
  }
  const yaml = join(folder, 'data.yaml');
  if (!existsSync(yaml)) return undefined;
  let content: unknown;
  try {
    content = parse(readFileSync(yaml, 'utf8'));
  } catch (error) {
    throw new LabelError(`${yaml}: ${yamlProblem(error)}`);
  }
  const { names } = checked(yamlNames, content, yaml);
  return idsOf(
    Object.entries(names).map(([id, name]) => [Number(id), name]),
    yaml,
  );
}

function checked<T>(schema: z.ZodType<T>, content: unknown, file: string): T {
  const result = schema.safeParse(content);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  throw new LabelError(`${file}: ${path.join('.') || '(root)'}: ${message}`);
}
