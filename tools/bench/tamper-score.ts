import { z } from 'zod';

/** What a clip shows: a fault from a second on, or none. */
const faultNames = ['black', 'frozen', 'blurred', 'turned', 'covered'] as const;
export type TamperFault = (typeof faultNames)[number];

/** Other words that people write for the same. */
const aliases: Readonly<Record<string, TamperFault | null>> = {
  'out-of-focus': 'blurred',
  defocused: 'blurred',
  moved: 'turned',
  none: null,
  rain: null,
  dusk: null,
};

const fault = z
  .string()
  .nullable()
  .transform((text, context): TamperFault | null => {
    if (text === null) return null;
    const known = faultNames.find((name) => name === text);
    if (known) return known;
    const other = aliases[text];
    if (other !== undefined) return other;
    context.addIssue({
      code: 'custom',
      message: `"${text}" is no fault: ${faultNames.join(', ')}, or null for none`,
    });
    return z.NEVER;
  });

/** The truth of a folder of clips. */
export const tamperTruth = z.array(
  z
    .object({
      file: z.string().regex(/^[^/\\]+$/, 'must be the name of a file in the same folder'),
      fault,
      second: z.number().min(0).nullable().default(null),
    })
    .refine(({ fault, second }) => fault === null || second !== null, {
      message: 'a fault needs the second at which it begins',
    }),
);
export type TamperTruth = z.infer<typeof tamperTruth>[number];

/** A fault that was reported for a clip. */
export interface Reported {
  readonly fault: TamperFault;
  /** When it was reported, seconds of the clip. */
  readonly at: number;
}

/** How a clip was judged. */
export interface ClipScore {
  readonly file: string;
  readonly fault: TamperFault | null;
  /** From the true begin to the report of the right fault, seconds; null where there is none. */
  readonly delay: number | null;
  /** Another fault than the true one was reported after its begin. */
  readonly wrongKind: boolean;
  /** Reports without cause: in a clip without a fault, or before its begin. */
  readonly falseReports: number;
}

/** A report may be this much earlier than the second of the truth, which is a whole one. */
const EARLY = 1;

export function scoreClip(
  { file, fault, second }: TamperTruth,
  reports: readonly Reported[],
): ClipScore {
  if (fault === null || second === null) {
    return { file, fault: null, delay: null, wrongKind: false, falseReports: reports.length };
  }
  const after = reports.filter(({ at }) => at >= second - EARLY);
  const right = after.find((one) => one.fault === fault);
  return {
    file,
    fault,
    delay: right ? Math.max(0, right.at - second) : null,
    wrongKind: after.some((one) => one.fault !== fault),
    falseReports: reports.length - after.length,
  };
}
