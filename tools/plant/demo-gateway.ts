import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { demoDeviceSecret } from '@anshi/contracts/device-secret';
import { stringify } from 'yaml';
import {
  demoDoors,
  demoForkliftGate,
  demoGate,
  simulatedGate,
} from '../../api/src/modules/gates/demo-gate.ts';
import type { Environment } from './plant-options.ts';

/** Name of the gateway of a plant on the bus; another than the usual one of a gateway on site. */
export const DEMO_GATEWAY = 'demo-gateway';
/** The file names the secret, and the environment has it. */
const SECRET = 'ANSHI_GATEWAY_POINT_SECRET';
/** It carries one point: a young generation as large as that of the other parts costs 27 MB for nothing. */
const SMALL_HEAP = '--max-semi-space-size=2';

/**
 * Settings of the gateway of a plant: it stands before the reader of the welder, the point of the demonstration with edge
 * permits. Its file and what it keeps lie in the data folder.
 *
 * @param options.listen where the reader asks, `host:port`.
 */
export function gatewayEnvironment(options: {
  dataDir: string;
  listen: string;
  apiUrl: string;
  busSecret: string;
  tenant: string;
}): Environment {
  const { listen, apiUrl: url, busSecret, tenant } = options;
  // Another one than the default of a gateway of the user's own beside it.
  const folder = join(options.dataDir, 'demo-gateway');
  const file = join(folder, 'gateway.yaml');
  const { device: point, machine } = demoGate;
  const points = [{ point, machine, secret: `\${${SECRET}}` }];
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(file, stringify({ version: 1, gates: { listen, url, points } }), { mode: 0o600 });
  return {
    NODE_OPTIONS: SMALL_HEAP,
    ANSHI_GATEWAY_ID: DEMO_GATEWAY,
    ANSHI_GATEWAY_CONFIG: file,
    ANSHI_GATEWAY_DIR: folder,
    [SECRET]: demoDeviceSecret(busSecret, tenant, point),
  };
}

/** The readers of the simulator; that of the welder asks the gateway where there is one. */
export const simulatedGates = (busSecret: string, tenant: string, gatewayUrl?: string): string =>
  [demoGate, demoForkliftGate, ...demoDoors]
    .map((one) =>
      simulatedGate(
        one,
        demoDeviceSecret(busSecret, tenant, one.device),
        one === demoGate ? gatewayUrl : undefined,
      ),
    )
    .join(',');
