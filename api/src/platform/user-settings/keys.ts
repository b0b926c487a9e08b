import { manifests } from '../../modules/manifests.ts';
import type { SettingKeys } from './service.ts';

/** The settings that the modules declare. */
export const settingKeys: SettingKeys = new Map(
  manifests.flatMap((one) => Object.entries(one.userSettings ?? {})),
);
