import { bilingual } from '@anshi/contracts';
import { z } from 'zod';
import type { App } from '../../platform/http/app-types.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import type { SecurityFinding } from './security-report.ts';

const securityReport = z
  .object({
    findings: z.array(
      z.object({
        id: z.string(),
        state: z
          .enum(['ok', 'notice', 'danger'])
          .describe('`danger`: open to others now. `notice`: to be decided knowingly.'),
        title: bilingual.describe('What was checked.'),
        text: bilingual.describe('What was found, and what to do.'),
      }),
    ),
  })
  .meta({ id: 'SecurityReport' });

export function registerSecurity(app: App, report: () => Promise<SecurityFinding[]>): void {
  routesOf(app, 'system').get('/system/security', {
    permission: 'system:security',
    operationId: 'getSecurityReport',
    summary: 'Says how the installation is protected, and what to do where it is not',
    answer: securityReport,
    handle: async () => ({ findings: await report() }),
  });
}
