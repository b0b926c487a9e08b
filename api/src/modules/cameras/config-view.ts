import type { CameraAddresses } from '@anshi/contracts';
import type { Transaction } from '../../platform/db/database.ts';
import { shownAddress } from './address.ts';
import type { CameraConfiguration, ConfigurationSummary } from './config-schema.ts';
import { drawingOf } from './drawing.ts';
import type { CameraStates } from './health.ts';
import type { CameraRow } from './stored.ts';

/** A camera with its addresses, opened. */
export interface OpenedCamera extends CameraRow {
  addresses: CameraAddresses;
}

const shownOrNull = (address: string | undefined): string | null =>
  address === undefined ? null : shownAddress(address);

export type ConfigView = ReturnType<typeof createConfigView>;

/** Cameras as those see them who may change them: with the addresses, without their passwords. */
export function createConfigView(states: Pick<CameraStates, 'workers'>) {
  async function showAll(
    tx: Transaction,
    rows: readonly OpenedCamera[],
  ): Promise<ConfigurationSummary[]> {
    const ids = rows.flatMap(({ config }) => config.area ?? []);
    const areas = await tx.area.findMany({ where: { id: { in: ids } } });
    const names = new Map(areas.map(({ id, name }) => [id, name as { zh: string; en: string }]));
    const workers = states.workers();
    return rows.map(({ id, version, config, addresses, updatedAt, updatedByName }) => ({
      id,
      version,
      name: config.name,
      site: config.site,
      floorPlan: config.floorPlan ?? null,
      area: config.area ?? null,
      areaName: names.get(config.area ?? '') ?? null,
      worker: config.worker ?? null,
      address: shownAddress(addresses.url),
      secondAddress: shownOrNull(addresses.secondUrl),
      substreamAddress: shownOrNull(addresses.substream),
      enabled: config.enabled,
      analysisFps: config.analysisFps,
      updatedAt: updatedAt.toISOString(),
      updatedBy: updatedByName,
      refusals: workers.flatMap(({ worker, configuration: told }) =>
        (told?.refused ?? [])
          .filter(({ camera }) => camera === id)
          .map(({ version: refused, reason }) => ({ worker, version: refused, reason })),
      ),
      fromFile: workers
        .filter((one) => one.configuration?.source === 'file' && one.cameras.includes(id))
        .map(({ worker }) => worker),
    }));
  }
  return {
    showAll,
    async show(tx: Transaction, row: OpenedCamera): Promise<CameraConfiguration> {
      const [shown] = await showAll(tx, [row]);
      const { picture, calibration = null, zones, lines, masks = [], rules } = row.config;
      const drawing = drawingOf(row.config);
      const drawn = { drawing, picture, calibration, zones, lines, masks, rules };
      return { ...(shown as ConfigurationSummary), ...drawn };
    },
  };
}
