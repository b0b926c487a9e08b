import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { composeAcl } from './mosquitto.ts';

/* Regenerates deploy/mosquitto/acl from contracts/src/bus/rights.ts. */
writeFileSync(resolve(import.meta.dirname, '../../../../deploy/mosquitto/acl'), composeAcl());
