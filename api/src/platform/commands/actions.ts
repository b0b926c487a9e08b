import type { Outputs } from '@anshi/contracts';
import type { z } from 'zod';

/** What a kind of device can be told to do. */
export interface CommandAction {
  /** Of its parameters. */
  readonly parameters: z.ZodType<Outputs>;
  /** How long after it was given the device may begin it, seconds; at most 300. */
  readonly validSeconds: number;
  /** Whether it asks for a second person at a device that is set so. */
  readonly secondPerson: boolean;
  /** How long what it sets lasts; null until another command. */
  holdSeconds(parameters: Outputs): number | null;
  /** What the device must read back once it is done; more may be read back. */
  expects(parameters: Outputs): Outputs;
  /** The action that undoes it; null where there is nothing to undo. */
  readonly reversal: string | null;
  /** After how many seconds it is undone by itself; null where it is not. */
  revertAfter(parameters: Outputs): number | null;
}

export type CommandActions = Readonly<Record<string, CommandAction>>;

/** Longer than a signature counts, a command is not valid. */
const LONGEST_VALID_SECONDS = 300;

/** The actions of each kind of device, as modules define them. */
export function createActions() {
  const kinds = new Map<string, CommandActions>();
  return {
    /** @throws Error where the kind is defined already, or an action cannot be. */
    define(kind: string, actions: CommandActions): void {
      if (kinds.has(kind)) throw new Error(`the actions of "${kind}" are defined twice`);
      for (const [name, { validSeconds, reversal }] of Object.entries(actions)) {
        if (!(validSeconds > 0 && validSeconds <= LONGEST_VALID_SECONDS)) {
          throw new Error(
            `the action "${name}" of "${kind}" is valid for ${validSeconds} s: 1 to ${LONGEST_VALID_SECONDS}`,
          );
        }
        if (reversal !== null && !(reversal in actions)) {
          throw new Error(`"${reversal}", which undoes "${name}", is no action of "${kind}"`);
        }
      }
      kinds.set(kind, actions);
    },
    /** Undefined for one that this version does not know. */
    find: (kind: string, action: string): CommandAction | undefined => kinds.get(kind)?.[action],
  };
}
export type Actions = ReturnType<typeof createActions>;

/** Whether a read-back has everything that is expected. */
export const agrees = (expected: Outputs, readBack: Outputs | null): boolean =>
  Object.entries(expected).every(([name, value]) => readBack?.[name] === value);
