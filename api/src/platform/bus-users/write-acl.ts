import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { composeAcl } from './mosquitto.ts';

/* Writes deploy/mosquitto/acl anew from contracts/src/bus/rights.ts. */
writeFileSync(resolve(import.meta.dirname, '../../../../deploy/mosquitto/acl'), composeAcl());
