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

/** Name of the plant's gateway on the bus; not the default name of a standalone gateway. */
export const DEMO_GATEWAY = 'demo-gateway';
/** Variable with the secret of the point, to which the file refers. */
const SECRET = 'ANSHI_GATEWAY_POINT_SECRET';
/** Half of the young generation of V8, MiB, for a gateway with one point: that of the other parts would take 27 MB more. */
const SMALL_HEAP = '--max-semi-space-size=2';

/**
 * Settings of the gateway of a plant. It carries the reader of the welder, the point of the demonstration with edge permits.
 * Its configuration and its state lie in the data folder.
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
  // Not `gateway`: the default folder of a gateway that the user runs beside it.
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

/** Formats the readers of the demonstration for the simulator; the welder's asks the gateway where there is one. */
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
