import type { Account } from '../../platform/access/account.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { StoredFile } from '../../platform/files/types.ts';
import type { Open } from '../../platform/module.ts';
import { createChecks } from './check.ts';
import { exposed, provideFirstChecks } from './first-checks.ts';
import { createCertificateImport } from './import-work.ts';
import { certificates } from './imports.ts';
import { createList } from './list.ts';
import { createMatrix } from './matrix.ts';
import { createNumbers, type Numbers } from './numbers.ts';
import { provideObligations, refreshOf } from './obligations.ts';
import { createPersonFacts } from './person-facts.ts';
import { createQualifications } from './qualifications.ts';
import { createRecords, FITNESS, QUALIFICATION } from './records.ts';
import { registerQualifications } from './routes.ts';
import { createSteps } from './steps.ts';
import { createTell } from './tell.ts';

declare module '../../platform/module.ts' {
  interface ModuleServices {
    /** What the matcher reads of a person. */
    qualifications: ReturnType<typeof createPersonFacts>;
    /** The numbers of certificates as they are shown. */
    qualificationNumbers: Pick<Numbers, 'shown'>;
  }
}

export const open: Open = (platform) => {
  const { units, uploads, notices, rules, sealed, services, settings, obligations, imports } =
    platform;
  const { timeZone } = settings;
  const { files } = uploads;
  const numbers = createNumbers(sealed);
  const records = createRecords({ files, numbers, timeZone });
  const tell = createTell(notices);
  services.provide('qualifications', createPersonFacts(timeZone));
  services.provide('qualificationNumbers', numbers);
  services.provide('exposedPosts', exposed);
  const mayRead = async (account: Account, tx: Transaction, file: StoredFile) => {
    const id = file.attachedTo?.id ?? '';
    const row = await tx.qualification.findFirst({ where: { id }, include: records.include });
    return row !== null && records.mayOpen(account, row);
  };
  files.guard(QUALIFICATION, mayRead);
  files.guard(FITNESS, mayRead);
  provideObligations(obligations, timeZone);
  provideFirstChecks(platform);
  const refresh = refreshOf(obligations);
  const qualifications = createQualifications({
    refresh,
    units,
    files,
    rules,
    numbers,
    records,
    tell,
  });
  imports.add(certificates, createCertificateImport({ qualifications, records, numbers, files }));
  return {
    register: (app) =>
      registerQualifications(app, {
        qualifications,
        checks: createChecks({ units, records, tell, refresh }),
        steps: createSteps({ units, records, tell, refresh }),
        list: createList({ units, records, timeZone }),
        matrix: createMatrix({ units, timeZone }),
      }),
  };
};
