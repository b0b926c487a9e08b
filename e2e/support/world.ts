import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CameraConfig } from '@anshi/contracts';
import { stringify } from 'yaml';
import { Plant } from '../../tools/plant/plant.ts';
import { demoParts, type PlantOptions } from '../../tools/plant/plant-options.ts';
import { ApiClient } from './api-client.ts';
import { Simulator } from './simulator.ts';

/** A camera of a test; omitted fields get defaults. */
export type TestCamera = Pick<CameraConfig, 'id'> &
  Partial<
    Pick<
      CameraConfig,
      'url' | 'substream' | 'picture' | 'calibration' | 'analysisFps' | 'transport'
    >
  > & {
    zones?: { id: string; polygon: [number, number][]; kind?: string }[];
    lines?: { id: string; from: [number, number]; to: [number, number] }[];
    rules?: Record<string, unknown>[];
  };

/** The text of a cameras file; a camera without a url uses the mount of its own name. */
export function camerasYaml(cameras: TestCamera[]): string {
  const named = <Item extends { id: string }>(item: Item) => ({
    name: { zh: item.id, en: item.id },
    ...item,
  });
  return stringify({
    version: 1,
    sites: [
      {
        ...named({ id: 'plant' }),
        floorPlans: [{ ...named({ id: 'main-hall' }), size: [40, 40] }],
      },
    ],
    cameras: cameras.map(({ zones = [], lines = [], ...camera }) => ({
      ...named(camera),
      site: 'plant',
      ...(camera.calibration && { floorPlan: 'main-hall' }),
      url: camera.url ?? `rtsp://127.0.0.1:\${ANSHI_SIM_RTSP_PORT}/${camera.id}`,
      picture: camera.picture ?? [1280, 720],
      zones: zones.map(named),
      lines: lines.map(named),
    })),
  });
}

/** A running plant in a temporary folder, with a signed-in safety officer. */
export interface World {
  plant: Plant;
  simulator: Simulator;
  api: ApiClient;
  camerasFile: string;
  /** Of this world alone, removed with it. */
  folder: string;
  /** Stops everything and removes the folder. */
  end(): Promise<void>;
}

/** Default parts of a test world, without the gateway: few tests need it, and each process takes time to start. */
const usualParts = demoParts.filter((part) => part !== 'gateway');

/**
 * Starts the real processes: PostgreSQL, broker, API, simulator and vision worker, on free ports.
 */
export async function startWorld(
  cameras: TestCamera[] | { file: string } | { yaml: string },
  options: Omit<PlantOptions, 'dataDir' | 'cameras'> = {},
): Promise<World> {
  const dir = mkdtempSync(join(tmpdir(), 'anshi-e2e-'));
  // PostgreSQL runs as another user, who needs to pass through the folder.
  chmodSync(dir, 0o711);
  const ownFile = join(dir, 'cameras.yaml');
  const camerasFile = 'file' in cameras ? cameras.file : ownFile;
  if ('yaml' in cameras) writeFileSync(ownFile, cameras.yaml);
  else if (!('file' in cameras)) writeFileSync(ownFile, camerasYaml(cameras));
  const plant = await Plant.create({
    parts: usualParts,
    ...options,
    dataDir: join(dir, 'data'),
    cameras: camerasFile,
    // Cards are shown by the test alone.
    env: {
      ...options.env,
      simulator: { ANSHI_SIM_GATE_SECONDS: '0', ...options.env?.simulator },
    },
  });
  const end = async () => {
    await plant.stop();
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    await plant.start();
    const api = await ApiClient.signIn(plant.url, 'safety', plant.demoPassword);
    return {
      plant,
      simulator: new Simulator(plant.simulatorControlUrl),
      api,
      camerasFile,
      folder: dir,
      end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}
