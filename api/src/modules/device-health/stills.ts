import type { Account } from '../../platform/access/account.ts';
import type { Views } from '../../platform/audit/views.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { Platform } from '../../platform/module.ts';
import type { OutageView } from './schema.ts';
import { readStill } from './still-store.ts';

/** Faults in which pictures go on: there is no last one. */
const WITH_PICTURES = ['delayed', 'network'];

/** Whether there may be a last picture of an outage. */
export const mayHaveStill = ({ kind, fault }: { kind: string; fault: string }): boolean =>
  kind === 'camera' && !WITH_PICTURES.includes(fault);

/** What is known of the still of an outage. */
export interface StillFacts {
  kind: string;
  subject: string;
  fault: string;
  cause: string | null;
  /** Of the row of its still; `stored` is null where there is none. */
  stored: Date | null;
  takenAt: Date | null;
  missing: string | null;
}

export type OutageStills = ReturnType<typeof createOutageStills>;

/** Stills of outages, for those who may see the camera. */
export function createOutageStills(
  {
    units,
    sealed,
    settings,
    services,
  }: Pick<Platform, 'units' | 'sealed' | 'settings' | 'services'>,
  views: Views,
) {
  const { service: cameras } = services.get('cameras');
  const { tenant } = settings;

  /** Who diagnoses a camera sees such a still of it there. */
  const maySee = (account: Account, camera: string): boolean =>
    cameras.isWithin(account, 'camera:read', camera) ||
    cameras.isWithin(account, 'camera:diagnose', camera);

  return {
    /** Whether there is one to show, or why not; null where none is to be expected. */
    stateOf(account: Account, facts: StillFacts): OutageView['still'] {
      const { kind, subject, fault, cause, stored, takenAt, missing } = facts;
      if (!mayHaveStill({ kind, fault })) return null;
      if (!maySee(account, subject)) return null;
      if (stored) {
        const state = (missing ?? 'ready') as NonNullable<OutageView['still']>['state'];
        return { state, at: takenAt?.toISOString() ?? null };
      }
      return { state: cause === 'worker-offline' ? 'worker-away' : 'none', at: null };
    },

    /**
     * The JPEG. Who saw it is in the audit log before it is sent.
     *
     * @throws Problem `device-health.still-unknown`, also for a camera that the account does not see.
     */
    async read(user: User, id: string): Promise<Buffer> {
      const found = await units.run(user, async ({ tx }) => {
        const outage = await tx.deviceOutage.findFirst({ where: { id, kind: 'camera' } });
        if (!outage || !maySee(user.account, outage.subject)) return null;
        const jpeg = await readStill(tx, { sealed, tenant }, id);
        return jpeg && { jpeg, camera: outage.subject };
      });
      if (!found) throw new Problem('device-health.still-unknown');
      const { jpeg, camera } = found;
      await views.note(user, { entity: 'device-outage', id, what: 'still', after: { camera } });
      return jpeg;
    },
  };
}
