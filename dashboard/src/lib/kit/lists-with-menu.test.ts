import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const FEATURES = join(import.meta.dirname, '../features');

/** Tables and lists of rows without a menu of columns and density, and why. */
const WITHOUT_MENU: Readonly<Record<string, string>> = {
  'device-health/Hours.svelte': 'a tab of a page with a table for each tab',
  'device-health/OutageRows.svelte': 'a tab of a page with a table for each tab',
  'imports/ImportRows.svelte': 'a part of a dialog',
  'integrations/NoticeRules.svelte': 'a form: its columns are what is set',
  'models/LogTable.svelte': 'a part of a page',
  'models/Reviews.svelte': 'a tab of a page with a table for each tab',
  'models/Versions.svelte': 'a tab of a page with a table for each tab',
  'overview/PersonView.svelte': 'a page of parts',
  'positions/Readers.svelte': 'a page of four parts',
  'positions/Register.svelte': 'a page of four parts',
  'privacy/Keys.svelte': 'a page of four parts',
  'privacy/Requests.svelte': 'a page of tabs and settings',
  'privacy/Retention.svelte': 'a page of two lists',
  'privacy/Storage.svelte': 'a page of parts',
  'second-reviews/Agreement.svelte': 'figures',
};

it('a list of records has the menu of columns and density, or a reason that it has none', () => {
  const without = globSync('**/*.svelte', { cwd: FEATURES })
    .filter((path) => {
      const text = readFileSync(join(FEATURES, path), 'utf8');
      const isList = /<(DataTable|RowList)\b/.test(text);
      return isList && !/<(ListPage|ListMenu)\b/.test(text);
    })
    .map((path) => path.replaceAll('\\', '/'));
  expect(without.toSorted()).toEqual(Object.keys(WITHOUT_MENU).toSorted());
});
