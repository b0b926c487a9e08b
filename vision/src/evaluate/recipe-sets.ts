import { readFileSync } from 'node:fs';
import { yamlProblem } from '@anshi/contracts';
import { parse } from 'yaml';
import { z } from 'zod';
import { ppeCardSchema } from '../detect/card/ppe.ts';
import { ModelCardError } from '../detect/model-card.ts';

/** The path of a set in its collection, such as `css/val`. */
const setPath = z.string().regex(/^[\w-]+(\/[\w-]+)+$/, 'must be a path such as css/val');

/** The one command that scores a set, where it is scored by none of `commands`. */
const command = z.string().min(1).optional();

/** `sets.yaml` of a recipe: what each set of labelled pictures, clips or acted scenes is for. */
export const recipeSetsSchema = z.strictObject({
  sets: z.record(
    setPath,
    z.discriminatedUnion('role', [
      z.strictObject({ role: z.literal('train') }),
      z.strictObject({ role: z.literal('development'), command }),
      z.strictObject({
        role: z.literal('validation'),
        /** The day of the last look at it, by version of the card. */
        looked: z.record(z.string().min(1), z.iso.date()),
        command,
      }),
    ]),
  ),
  /** Commands that figures may come from; `SET` stands for the set of the figure. */
  commands: z
    .array(z.string().regex(/ --sets SET( |$)/, 'must name its set by --sets SET'))
    .default([]),
});

export type RecipeSets = z.infer<typeof recipeSetsSchema>;

/**
 * Reads the sets of a recipe.
 *
 * @throws ModelCardError with file and field.
 */
export function readRecipeSets(file: string): RecipeSets {
  return readYaml(file, recipeSetsSchema);
}

/** @throws ModelCardError with file and field. */
function readYaml<Schema extends z.ZodType>(file: string, schema: Schema): z.output<Schema> {
  let content: unknown;
  try {
    content = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new ModelCardError(`${file}: ${yamlProblem(error)}`);
  }
  const { data, error } = schema.safeParse(content);
  if (data !== undefined) return data;
  const [issue] = error!.issues;
  throw new ModelCardError(`${file}: ${issue!.path.join('.') || '(root)'}: ${issue!.message}`);
}

const { version, chosenOn, leastHeights, leastContrast } = ppeCardSchema.shape;

/** What of a card is compared with the recipe. */
const claimsSchema = z.object({
  version,
  figures: z.array(z.object({ set: z.string(), command: z.string(), conditions: z.string() })),
  chosenOn,
  leastHeights,
  leastContrast,
});
type Claims = z.infer<typeof claimsSchema>;

/**
 * Reads from a model's card, whatever its task, what is compared with the recipe.
 *
 * @throws ModelCardError with file and field.
 */
export const readClaims = (file: string): Claims => readYaml(file, claimsSchema);

/**
 * Finds the claims of a card that its recipe does not allow: a figure of a set that trained the model or that it was
 * chosen on, of another set than its command scores, or of a look that is not written down; and what was
 * chosen on a validation set.
 *
 * @returns a sentence for each, with the field of the card; none where the card keeps to the recipe.
 */
export function disallowedClaims(card: Claims, recipe: RecipeSets): string[] {
  return [
    ...card.figures.flatMap((figure, i) =>
      figureProblems(figure, card.version, recipe).map((problem) => `figures.${i}.${problem}`),
    ),
    ...choiceProblems(card, recipe),
  ];
}

/** The set whose pictures are scored: other labels of a set (`esp/val:labels_wholehead`) are no other set. */
const picturesOf = (set: string) => set.split(':')[0]!;

function figureProblems(
  { set, command, conditions }: Claims['figures'][number],
  version: string,
  { sets, commands }: RecipeSets,
): string[] {
  const problems: string[] = [];
  const known = sets[picturesOf(set)];
  if (!known) {
    problems.push(
      `set: "${set}" is none of the sets of the recipe: ${Object.keys(sets).join(', ')}`,
    );
  } else if (known.role === 'train') {
    problems.push(`set: "${set}" trained the model; its score says nothing about other pictures`);
  } else if (known.role === 'development' && !/\bdevelopment\b/.test(conditions)) {
    problems.push(`conditions: "${set}" is a development set; say so ("development set, …")`);
  } else if (known.role === 'validation' && !known.looked[version]) {
    problems.push(
      `set: sets.yaml has no day on which "${set}" was looked at for ${version}; write it under looked`,
    );
  }
  const own = known && known.role !== 'train' ? known.command : undefined;
  const allowed = own === undefined ? commands.map((one) => one.replace('SET', set)) : [own];
  if (!allowed.includes(command)) {
    problems.push(`command: "${command}" is none that the recipe allows: ${allowed.join('; ')}`);
  }
  return problems;
}

function choiceProblems(
  { chosenOn, leastHeights, leastContrast }: Claims,
  { sets }: RecipeSets,
): string[] {
  const problems: string[] = [];
  const asked = [
    'thresholds',
    ...(Object.keys(leastHeights).length > 0 ? ['leastHeights'] : []),
    ...(leastContrast ? ['leastContrast'] : []),
  ];
  for (const what of asked) {
    if (!chosenOn?.[what as keyof typeof chosenOn]) {
      problems.push(`chosenOn.${what}: name the sets on which they were chosen`);
    }
  }
  for (const [what, names] of Object.entries(chosenOn ?? {})) {
    for (const name of names ?? []) {
      const role = sets[picturesOf(name)]?.role;
      if (role === undefined)
        problems.push(`chosenOn.${what}: "${name}" is none of the sets of the recipe`);
      if (role === 'validation') {
        problems.push(
          `chosenOn.${what}: "${name}" is a validation set; choose on a development set, or its score means nothing`,
        );
      }
      if (role === 'train') {
        problems.push(
          `chosenOn.${what}: "${name}" trained the model, which knows its pictures; choose on a development set`,
        );
      }
    }
  }
  return problems;
}
