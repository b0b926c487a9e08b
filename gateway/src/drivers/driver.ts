import type { Outputs } from '@anshi/contracts';

/** Why a device could not be switched or read. */
export type DriverFault = 'no-connection' | 'output';

/** A device that could not be switched or read: which, why, and what to do. */
export class DriverError extends Error {
  readonly fault: DriverFault;

  /** @param fault `no-connection`: nothing is known of it. `output`: it refuses. */
  constructor(fault: DriverFault, message: string) {
    super(message);
    this.name = 'DriverError';
    this.fault = fault;
  }
}

/** The outputs of one device. Each call ends within the timeout of its device. */
export interface Driver {
  /** Switches outputs; those that are not named stay. @throws DriverError */
  write(outputs: Outputs): Promise<void>;
  /** What the device says of its outputs, not what it was told. @throws DriverError */
  read(): Promise<Outputs>;
  close(): Promise<void>;
}

type Value = Outputs[string];

/** How the values of an output are written; those that are left out are true for 1, false for 0. */
export type ValueMap = Readonly<Record<string, number | string>>;

/**
 * The value of an output as the device has it.
 *
 * @throws DriverError where the output has no such value.
 */
export function toWire(name: string, value: Value, values: ValueMap | undefined): number | string {
  const known = values?.[String(value)];
  if (known !== undefined) return known;
  if (values === undefined && typeof value === 'boolean') return value ? 1 : 0;
  if (values === undefined && typeof value === 'number') return value;
  throw new DriverError('output', `"${name}" has no value ${String(value)}`);
}

/** The value that the device has, as it is called; the raw one where it has no name. */
export function fromWire(raw: number | string, values: ValueMap | undefined): Value {
  if (values === undefined)
    return raw === 1 || raw === '1' ? true : raw === 0 || raw === '0' ? false : raw;
  const known = Object.entries(values).find(([, wire]) => String(wire) === String(raw))?.[0];
  if (known === undefined) return raw;
  return known === 'true' ? true : known === 'false' ? false : known;
}

/** Whether an output has a value, however its device spells true and false. */
export function isSameValue(one: Value | undefined, other: Value): boolean {
  return one !== undefined && spelled(one) === spelled(other);
}

function spelled(value: Value): string {
  const text = String(value);
  return text === '1' ? 'true' : text === '0' ? 'false' : text;
}

export const faultOf = (error: unknown): DriverFault =>
  error instanceof DriverError ? error.fault : 'output';
