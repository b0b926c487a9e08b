import { type Armed, type ArmedWhen, armedIn } from '@anshi/contracts';
import type { z } from 'zod';
import type { Account } from '../../platform/access/account.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { Platform } from '../../platform/module.ts';
import type { KnownCamera } from '../cameras/stored.ts';
import { readKnown } from './known.ts';
import type { ArmingItem, ArmingNow, previewBody } from './schema.ts';
import { type ArmingKnown, armingStateOf } from './state.ts';

export type ArmingService = ReturnType<typeof createArmingService>;

/** What is armed now, for people. */
export function createArmingService(
  platform: Pick<Platform, 'units' | 'services' | 'features' | 'settings'>,
) {
  const { units, services } = platform;
  const { configuration, service } = services.get('cameras');

  function nowOf(
    when: ArmedWhen | null,
    area: string | null,
    known: ArmingKnown,
    account: Account,
  ): ArmingNow | null {
    const nothing = { cause: null, permit: null, permitTitle: null, since: null, until: null };
    if (when === null) return { armed: true, ...nothing };
    if (when.by === 'machine') return null;
    const { by: _, ...state } = armingStateOf(when, area, known);
    const title = account.permissions.has('permit:read')
      ? known.permits.find(({ id }) => id === state.permit)?.title
      : undefined;
    return { ...state, permitTitle: title ?? null };
  }

  const itemsOf = (camera: KnownCamera, known: ArmingKnown, account: Account): ArmingItem[] => {
    const armed = armedIn(camera);
    const zone = (id: string) => camera.zones.find((one) => one.id === id);
    const always = camera.zones
      .filter(({ id }) => !armed.some(({ place, rule }) => rule === null && place === id))
      .map(({ id, area }): Omit<Armed, 'when'> & { when: null } => ({
        place: id,
        rule: null,
        when: null,
        area: area ?? null,
      }));
    return [...always, ...armed]
      .sort((a, b) => (a.place < b.place ? -1 : a.place > b.place ? 1 : 0))
      .map(({ place, rule, when, area }) => ({
        camera: camera.id,
        cameraName: camera.name,
        zone: zone(place)?.id ?? null,
        zoneName: zone(place)?.name ?? null,
        rule,
        when,
        now: nowOf(when, area, known, account),
      }));
  };

  return {
    list: (user: User): Promise<{ items: ArmingItem[] }> =>
      units.run(user, async ({ tx }) => {
        const known = await readKnown(platform, tx);
        const cameras = configuration.file.cameras.filter(
          ({ id, enabled }) => enabled && service.isWithin(user.account, 'camera:read', id),
        );
        return { items: cameras.flatMap((one) => itemsOf(one, known, user.account)) };
      }),

    preview: (
      user: User,
      { armed, area }: z.output<typeof previewBody>,
    ): Promise<{ now: ArmingNow | null }> =>
      units.run(user, async ({ tx }) => ({
        now: nowOf(armed, area, await readKnown(platform, tx), user.account),
      })),
  };
}
