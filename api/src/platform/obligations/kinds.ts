import { type DeclaredManifest, manifests } from '../../modules/manifests.ts';
import type { Permission } from '../access/permissions.ts';
import type { ModuleManifest, ObligationKindEntry } from '../manifest.ts';
import type { NoticeKindId } from '../notices/kinds.ts';

type KindsOf<Manifest> = Manifest extends { obligations: infer Entries }
  ? keyof Entries & string
  : never;
/** The kinds of obligations that the modules declare. */
export type ObligationKindId = KindsOf<DeclaredManifest>;

/** A kind with its id and the switch of its module. */
export interface ObligationKind
  extends Omit<ObligationKindEntry, 'notice' | 'read' | 'linkRead' | 'complete' | 'tell'> {
  readonly id: string;
  /** Null for a module that cannot be switched off. */
  readonly feature: string | null;
  readonly notice: NoticeKindId;
  readonly read: Permission;
  readonly linkRead?: Permission;
  readonly complete?: Permission;
  readonly tell: {
    readonly to: Permission;
    readonly person?: true;
    readonly escalateTo?: Permission;
  };
}

const featureOf = ({ feature }: ModuleManifest): string | null =>
  typeof feature === 'object' ? feature.id : (feature ?? null);

/** The kinds of all modules, in list order. The start checks the names in them. */
export const obligationKinds: readonly ObligationKind[] = manifests.flatMap((one) =>
  Object.entries(one.obligations ?? {}).map(
    ([id, entry]) => ({ ...entry, id, feature: featureOf(one) }) as ObligationKind,
  ),
);
