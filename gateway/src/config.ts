import { readFile } from 'node:fs/promises';
import { type Outputs, outputs, slug, yamlProblem } from '@anshi/contracts';
import { parse } from 'yaml';
import { z } from 'zod';
import { type GatesConfig, gatesConfig } from './config-gates.ts';
import { fromWire, isSameValue, toWire } from './drivers/driver.ts';
import { type ReaderConfig, readerConfig } from './readers/config.ts';

/** Names that the value of an output has on the wire: `{ off: 0, steady: 1, flash: 2 }`. */
const values = z
  .record(z.string(), z.union([z.number().int().min(0).max(65_535), z.string().max(64)]))
  .optional();
const timeoutMs = z.number().int().min(50).max(10_000).default(500);
const outputName = slug;

/** A word of Modbus, also as text; written as it is read back. */
const wordText = z
  .string()
  .regex(/^(0|[1-9]\d{0,4})$/, 'must be a number')
  .refine((text) => Number(text) <= 65_535, { message: 'must be at most 65535' });
const words = z
  .record(z.string(), z.union([z.number().int().min(0).max(65_535), wordText]))
  .optional();
const modbusPoint = z
  .strictObject({
    /** Address in the protocol, from 0. */
    coil: z.number().int().min(0).max(65_535).optional(),
    register: z.number().int().min(0).max(65_535).optional(),
    values: words,
  })
  .refine(({ coil, register }) => (coil === undefined) !== (register === undefined), {
    message: 'must have either coil or register',
  });
const modbus = z.strictObject({
  kind: z.literal('modbus'),
  url: z.string().regex(/^modbus:\/\/[^/@\s]+$/, 'must be an address like modbus://192.0.2.7:502'),
  unit: z.number().int().min(0).max(255).default(1),
  timeoutMs,
  outputs: z.record(outputName, modbusPoint),
});
export type ModbusConfig = z.infer<typeof modbus>;

const http = z.strictObject({
  kind: z.literal('http'),
  url: z.url({ protocol: /^https?$/, error: 'must be an address like http://192.0.2.7/outputs' }),
  timeoutMs,
  headers: z.record(z.string(), z.string()).default({}),
  outputs: z.record(
    outputName,
    z.strictObject({ field: z.string().min(1).max(64).optional(), values }),
  ),
});
export type HttpConfig = z.infer<typeof http>;

const topic = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[^+#]+$/, 'must be a topic without wildcards');
const mqtt = z.strictObject({
  kind: z.literal('mqtt'),
  url: z.string().regex(/^mqtts?:\/\//, 'must be an address like mqtt://192.0.2.7:1883'),
  timeoutMs,
  outputs: z.record(outputName, z.strictObject({ set: topic, state: topic, values })),
});
export type MqttConfig = z.infer<typeof mqtt>;

export type DriverConfig = ModbusConfig | HttpConfig | MqttConfig;

const device = z
  .strictObject({
    /** Its name in the register and in its credential. */
    device: slug,
    /** The secret of its credential, of the kind actuator. */
    secret: z.string().min(16, 'must be the secret of the credential of the device'),
    /** The bus key of the device, shown beside its secret. */
    key: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'must be the bus key of the device: 64 hexadecimal digits'),
    driver: z.discriminatedUnion('kind', [modbus, http, mqtt]),
    /** What it may be told; everything else is refused as not allowed. */
    actions: z
      .array(z.enum(['test', 'signal', 'off', 'alarm']))
      .min(1)
      .default(['test', 'signal', 'off', 'alarm']),
    /**
     * The outputs while no command or alarm runs, after each start, and when the time of one is up. Default:
     * light and sound off, of those that the driver has.
     */
    safe: outputs.optional(),
    /** The output that is on while the bus is lost; left out: none. */
    faultOutput: outputName.optional(),
  })
  .transform((one) => ({ ...one, safe: one.safe ?? usualSafe(one.driver) }))
  .superRefine(({ driver, safe, faultOutput }, context) => {
    const known = Object.keys(driver.outputs);
    for (const name of [...Object.keys(safe), ...(faultOutput ? [faultOutput] : [])]) {
      if (known.includes(name)) continue;
      context.addIssue({ code: 'custom', message: `the driver has no output "${name}"` });
    }
    if (faultOutput !== undefined && faultOutput in safe) {
      context.addIssue({ code: 'custom', message: `"${faultOutput}" cannot be safe and fault` });
    }
    for (const name of known) {
      if (name === faultOutput) continue;
      const value = safe[name];
      // What is left out would stay as a killed process left it.
      const why = value === undefined ? 'must have a value here' : unsafeValue(driver, name, value);
      if (why === null) continue;
      context.addIssue({ code: 'custom', path: ['safe'], message: `"${name}" ${why}` });
    }
  });
export type DeviceConfig = z.infer<typeof device>;

/** Off: what has no light, as a speaker, needs no value for it. */
function usualSafe({ outputs: known }: DriverConfig): Outputs {
  const off: Outputs = { light: 'off', sound: false };
  return Object.fromEntries(Object.entries(off).filter(([name]) => name in known));
}

/** Why an output cannot be known to have its safe value; null where it can. */
function unsafeValue(driver: DriverConfig, name: string, value: Outputs[string]): string | null {
  const output = driver.outputs[name];
  const values = output?.values;
  // HTTP and MQTT take the value as it is.
  if (driver.kind !== 'modbus' && values === undefined) return null;
  try {
    const wire = toWire(name, value, values);
    const isCoil = driver.kind === 'modbus' && driver.outputs[name]?.coil !== undefined;
    if (driver.kind === 'modbus') {
      const word = Number(wire);
      if (!Number.isInteger(word) || word < 0 || word > (isCoil ? 1 : 65_535)) {
        return `is ${wire} on the wire, which it cannot have`;
      }
    }
    const read = fromWire(wire, values);
    return isSameValue(read, value) ? null : `is read back as ${String(read)}`;
  } catch {
    return `has no value ${String(value)}`;
  }
}

const file = z
  .strictObject({
    version: z.literal(1),
    devices: z.array(device).max(200).default([]),
    gates: gatesConfig.optional(),
    readers: z.array(readerConfig).max(100).default([]),
  })
  .superRefine(({ devices, readers }, context) => {
    const refuseTwice = (path: string, names: readonly string[]) => {
      for (const name of new Set(names.filter((one, n) => names.indexOf(one) !== n))) {
        context.addIssue({ code: 'custom', path: [path], message: `"${name}" is there twice` });
      }
    };
    refuseTwice(
      'devices',
      devices.map((one) => one.device),
    );
    refuseTwice(
      'readers',
      readers.map((one) => one.reader),
    );
  });

/** What a gateway carries. */
export interface GatewayConfig {
  readonly devices: readonly DeviceConfig[];
  readonly readers: readonly ReaderConfig[];
  /** Null where it has no points. */
  readonly gates: GatesConfig | null;
}

/** A configuration that cannot be used: the file, and each field with what to change. */
export class ConfigError extends Error {}

/** Only variables of the gateway may be named, so that a file reads nothing else of the machine. */
const VARIABLE = /\$\{(ANSHI_GATEWAY_[A-Z0-9_]+)\}/g;

/**
 * Reads the devices, readers and points that a gateway carries. `${ANSHI_GATEWAY_NAME}` in a text is replaced by that
 * variable, so that secrets stay out of the file.
 *
 * @throws ConfigError
 */
export function readConfig(
  text: string,
  variables: Readonly<Record<string, string | undefined>>,
): GatewayConfig {
  let content: unknown;
  try {
    content = parse(text, { maxAliasCount: 100 });
  } catch (error) {
    throw new ConfigError(yamlProblem(error));
  }
  const read = file.safeParse(filled(content, variables));
  if (!read.success) {
    const problems = read.error.issues.map(
      ({ path, message }) => `${path.join('.') || 'the file'}: ${message}`,
    );
    throw new ConfigError(problems.join('\n'));
  }
  const { devices, readers, gates = null } = read.data;
  return { devices, readers, gates };
}

/** @throws ConfigError that names the file. */
export async function loadConfig(
  path: string,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<GatewayConfig> {
  try {
    return readConfig(await readFile(path, 'utf8'), variables);
  } catch (error) {
    throw new ConfigError(`${path}: ${(error as Error).message}`);
  }
}

function filled(
  content: unknown,
  variables: Readonly<Record<string, string | undefined>>,
): unknown {
  if (typeof content === 'string') {
    return content.replaceAll(VARIABLE, (_, name: string) => {
      const value = variables[name];
      if (!value) throw new ConfigError(`the variable ${name} is not set`);
      return value;
    });
  }
  if (Array.isArray(content)) return content.map((one) => filled(one, variables));
  if (typeof content !== 'object' || content === null) return content;
  return Object.fromEntries(
    Object.entries(content).map(([name, value]) => [name, filled(value, variables)]),
  );
}
