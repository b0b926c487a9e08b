import { migrate } from './platform/db/migrate.ts';

// For installations where the API's own process may not own the tables.
const { ANSHI_DATABASE_ADMIN_URL: adminUrl, DATABASE_URL: appUrl } = process.env;
const tenant = process.env.ANSHI_TENANT || 'demo';
if (!adminUrl || !appUrl) {
  console.error(
    'set ANSHI_DATABASE_ADMIN_URL to the owner of the tables and DATABASE_URL to the role of the API, both postgresql://role:password@host:port/database',
  );
  process.exit(1);
}
const applied = await migrate(adminUrl, appUrl, {
  id: tenant,
  name: { zh: tenant, en: tenant },
});
console.log(applied.length > 0 ? `applied: ${applied.join(', ')}` : 'nothing to apply');
