import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import process from 'node:process';

/*
 * Prints deploy/example.env with a random secret behind each name of one, for .env of docker compose:
 *   node tools/compose-env.mjs > .env
 * With the path of an .env that is there, its values stay, and only what is missing is made. `--demo`
 * also makes the user of the simulator.
 */
const [file, ...flags] = process.argv
  .slice(2)
  .sort((a, b) => Number(/^-/.test(a)) - Number(/^-/.test(b)));
const given = file !== undefined && !file.startsWith('-') ? readFileSync(file, 'utf8') : '';
const isDemo = [file, ...flags].includes('--demo');
const kept = new Map(
  given
    .split('\n')
    .filter((line) => /^\w+=./.test(line))
    .map((line) => /** @type {[string, string]} */ ([line.slice(0, line.indexOf('=')), line])),
);
/** Values that need no input: random, and read by programs only. */
const isSecret = (/** @type {string} */ name) =>
  /(PASSWORD|SECRET|TOKEN|KEY)$/.test(name) && (isDemo || name !== 'ANSHI_MQTT_SIMULATOR_PASSWORD');

const example = readFileSync(new URL('../deploy/example.env', import.meta.url), 'utf8');
const lines = example
  .split('\n')
  .slice(0, -1)
  .map((line) => {
    const name = /^(\w+)=/.exec(line)?.[1];
    if (name === undefined) return line;
    const before = kept.get(name);
    kept.delete(name);
    if (before !== undefined) return before;
    return isSecret(name) ? `${name}=${randomBytes(32).toString('hex')}` : line;
  });
const values = new Map(
  [...lines, ...kept.values()]
    .filter((line) => /^\w+=/.test(line))
    .map((line) => /** @type {[string, string]} */ (line.split(/=(.*)/s).slice(0, 2))),
);
/**
 * As `workerBusKey` and `actuatorBusKey` of contracts/src/bus/signature.ts, which the Node.js of this
 * machine may not read.
 */
const keyOf = (/** @type {string} */ purpose, /** @type {string} */ name) =>
  createHmac('sha256', values.get('ANSHI_BUS_SECRET') ?? '')
    .update(`${purpose}\n${values.get('ANSHI_TENANT') || 'plant'}\n${name}`)
    .digest('hex');
/** The devices of the demonstration (api/src/modules/site-devices/demo-devices.ts). */
const actuators = [
  'press-beacon',
  'aisle-siren',
  'cell-beacon',
  'cell-speaker:speaker',
  'robot-control:control',
  'welder-stop:control',
]
  .map((one) => `${one}=${keyOf('anshi-bus-actuator-key', one.split(':')[0] ?? '')}`)
  .join(',');
/** The readers of the demonstration (api/src/modules/gates/demo-gate.ts), as `demoDeviceSecret` makes their secrets. */
const secretOf = (/** @type {string} */ name) => {
  const digest = (/** @type {string} */ what) =>
    createHmac('sha256', values.get('ANSHI_BUS_SECRET') ?? '')
      .update(`anshi-demo-device-${what}\n${values.get('ANSHI_TENANT') || 'plant'}\n${name}`)
      .digest();
  const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
  const keyId = Array.from(digest('key').subarray(0, 16), (byte) => alphabet[byte & 31]).join('');
  return `anshi_${keyId}_${digest('secret').toString('base64url')}`;
};
const gates = [
  'welder-1-reader:welder-1',
  'forklift-1-reader:forklift-1',
  'chemical-store-door:door/chemical-store',
  'chemical-store-exit:door/chemical-store',
  'loading-gate-barrier:door/loading-gate',
]
  .map((one) => `${one}=${secretOf(one.split(':')[0] ?? '')}`)
  .join(',');
const whole = [...lines, ...kept.values()].map((line) => {
  if (line === 'ANSHI_BUS_KEY_WORKER_1=') return `${line}${keyOf('anshi-bus-key', 'worker-1')}`;
  if (line === 'ANSHI_SIM_GATES=' && isDemo) return `${line}${gates}`;
  return line === 'ANSHI_SIM_ACTUATORS=' && isDemo ? `${line}${actuators}` : line;
});
process.stdout.write(`${whole.join('\n')}\n`);
