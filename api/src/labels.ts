import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { violationRule } from '@anshi/contracts';
import { pino } from 'pino';
import { z } from 'zod';
import { reachDatabase } from './embedded/reach.ts';
import { exportLabels } from './modules/models/labels/command.ts';
import { labelFilter } from './modules/models/labels/select.ts';
import { endWith } from './platform/backup/command.ts';
import { openDatabase } from './platform/db/database.ts';
import { openKeyring } from './platform/sealed/keyring.ts';
import { createSealed } from './platform/sealed/sealed.ts';
import { createFileCipher } from './platform/sealed/stream.ts';
import { readPlace } from './platform/settings.ts';
import { openStore } from './platform/store/open.ts';

const USAGE = `Makes a labelled set from the verdicts on violations, in the layout that "npm run -s bench -- ppe" and
the recipe of the PPE model read. Faces are made unknowable; the audit log says what left the system.

  npm run -s labels -- --out DIR [--from 2026-01-01] [--to 2026-07-01] [--rules missing-ppe/helmet,…]
                       [--cameras hall-west,…] [--tenant ID]

  --out DIR       a new or empty folder
  --from, --to    only violations that began from then on, and before then (a day or an instant)
  --rules         ${violationRule.options.join(', ')}; missing-ppe/helmet for one item
  --cameras       ids of cameras
  --tenant ID     the company (ANSHI_TENANT, demo)

The database is that of DATABASE_URL, else the embedded one of ANSHI_DATA_DIR (.anshi); pictures and
key ring are those of the data folder. What is exported is for improving the models and nothing else;
remove it when it was used.`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      out: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      rules: { type: 'string' },
      cameras: { type: 'string' },
      tenant: { type: 'string', default: process.env.ANSHI_TENANT || 'demo' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  if (!values.out) throw new Error(`set --out\n\n${USAGE}`);
  const filter = labelFilter.safeParse({
    ...(values.from ? { from: instantOf(values.from, '--from') } : {}),
    ...(values.to ? { to: instantOf(values.to, '--to') } : {}),
    ...(values.rules ? { rules: values.rules.split(',') } : {}),
    ...(values.cameras ? { cameras: values.cameras.split(',') } : {}),
  });
  if (!filter.success) throw new Error(z.prettifyError(filter.error));
  const place = readPlace(process.env);
  const reached = await reachDatabase(place.dataDir);
  const database = openDatabase(reached.url);
  try {
    const keyring = process.env.ANSHI_KEYRING || join(place.dataDir, 'keyring.json');
    const sealed = createSealed(openKeyring(keyring));
    const counts = await exportLabels({
      database,
      tenant: values.tenant,
      filter: filter.data,
      store: openStore(
        'evidence',
        place,
        createFileCipher({ database, sealed, store: 'evidence' }),
      ),
      folder: resolve(process.env.INIT_CWD ?? process.cwd(), values.out),
      log: pino({ level: 'warn' }, pino.destination(2)),
    });
    console.log(JSON.stringify({ out: values.out, ...counts }));
  } finally {
    await database.close();
    await reached.stop();
  }
}

/** A day means its start in UTC. */
function instantOf(text: string, option: string): string {
  const at = new Date(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
  if (Number.isNaN(at.getTime())) {
    throw new Error(`${option} must be a day such as 2026-01-31, or an instant, not "${text}"`);
  }
  return at.toISOString();
}

endWith(main);
