import type { App } from '../../../platform/http/app-types.ts';
import { sendBytes, sheetQuery, workbookAnswer, XLSX } from '../../../platform/kit/list-export.ts';
import { routesOf } from '../../../platform/kit/routes.ts';
import {
  heatMap,
  heatMapQuery,
  rectification,
  rectificationQuery,
  weakLinks,
  weakLinksQuery,
} from './schema.ts';
import type { HazardStatistics } from './service.ts';

const scope = 'Counts the hazards that the account may see; no person is named.';

/** Hazard statistics, also as workbooks. */
export function registerHazardStatistics(app: App, service: HazardStatistics): void {
  const route = routesOf(app, 'hazards');
  route.get('/hazards/heatmap', {
    permission: 'hazard:read',
    operationId: 'getHazardHeatMap',
    summary: 'Where hazards are on the floor plan',
    description: scope,
    query: heatMapQuery,
    answer: heatMap,
    handle: ({ user, query }) => service.heatMap(user.account, query),
  });
  route.get('/hazards/heatmap.xlsx', {
    permission: 'hazard:read',
    operationId: 'getHazardHeatMapSheet',
    summary: 'The areas of the heat map as a workbook',
    query: heatMapQuery.extend(sheetQuery),
    file: workbookAnswer,
    handle: async ({ user, query: { lang, ...query }, reply }) => {
      const bytes = await service.heatMapSheet(user.account, query, lang);
      return sendBytes(reply, { name: 'hazard-areas.xlsx', type: XLSX, bytes });
    },
  });
  route.get('/hazards/rectification', {
    permission: 'hazard:read',
    operationId: 'getHazardRectification',
    summary: 'Rectification rates by department, type, level, month or area',
    description: scope,
    query: rectificationQuery,
    answer: rectification,
    handle: ({ user, query }) => service.rectification(user.account, query),
  });
  route.get('/hazards/rectification.xlsx', {
    permission: 'hazard:read',
    operationId: 'getHazardRectificationSheet',
    summary: 'The rectification rates and the hazards that they count, as a workbook',
    query: rectificationQuery.extend(sheetQuery),
    file: workbookAnswer,
    handle: async ({ user, query: { lang, ...query }, reply }) => {
      const bytes = await service.rectificationSheet(user.account, query, lang);
      return sendBytes(reply, { name: 'hazard-rectification.xlsx', type: XLSX, bytes });
    },
  });
  route.get('/hazards/weak-links', {
    permission: 'hazard:read',
    operationId: 'getHazardWeakLinks',
    summary: 'Ranks places and departments by frequency, recurrence, delay and duration',
    description: scope,
    query: weakLinksQuery,
    answer: weakLinks,
    handle: ({ user, query }) => service.weakLinks(user.account, query),
  });
  route.get('/hazards/weak-links.xlsx', {
    permission: 'hazard:read',
    operationId: 'getHazardWeakLinksSheet',
    summary: 'The weak links as a workbook',
    query: weakLinksQuery.extend(sheetQuery),
    file: workbookAnswer,
    handle: async ({ user, query: { lang, ...query }, reply }) => {
      const bytes = await service.weakLinksSheet(user.account, query, lang);
      return sendBytes(reply, { name: 'hazard-weak-links.xlsx', type: XLSX, bytes });
    },
  });
}
