import type { DashboardModule, DictionaryPage, NavEntry, Section } from './module.ts';

const found = import.meta.glob<DashboardModule>('../features/*/module.ts', {
  eager: true,
  import: 'module',
});

/** All declared feature folders. */
export const modules: readonly DashboardModule[] = Object.values(found);

/** All menu entries, with their features. */
export const navEntries: readonly NavEntry[] = modules.flatMap(({ feature, navigation = [] }) =>
  navigation.map((entry) => withFeature(entry, feature)),
);

/** All sections of the offices, with their features. */
export const sections: readonly Section[] = modules.flatMap(({ feature, sections: own = [] }) =>
  own.map((section) => withFeature(section, feature)),
);

/** All dictionaries that have a page, each with the feature that it depends on. */
export const dictionaryPages: readonly DictionaryPage[] = modules.flatMap(
  ({ feature, dictionaries = [] }) => dictionaries.map((page) => withFeature(page, feature)),
);

function withFeature<Item extends { feature?: string }>(item: Item, feature?: string): Item {
  return feature === undefined || item.feature !== undefined ? item : { ...item, feature };
}
