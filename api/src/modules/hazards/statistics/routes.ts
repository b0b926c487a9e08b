import { accountOf } from '../../../platform/access/request-account.ts';
import type { App } from '../../../platform/http/app-types.ts';
import { problems } from '../../../platform/http/problems.ts';
import { sendBytes, sheetQuery, workbookAnswer, XLSX } from '../../../platform/kit/list-export.ts';
import {
  heatMap,
  heatMapQuery,
  rectification,
  rectificationQuery,
  weakLinks,
  weakLinksQuery,
} from './schema.ts';
import type { HazardStatistics } from './service.ts';

const config = { permission: 'hazard:read' } as const;
const tags = ['hazards'];
const usual = problems(400, 401, 403, 503);
const file = { ...workbookAnswer, ...usual };
const scope = 'Counts the hazards that the account may see; no person is named.';

/** Numbers over hazards, each also as a workbook. */
export function registerHazardStatistics(app: App, service: HazardStatistics): void {
  app.get(
    '/api/v1/hazards/heatmap',
    {
      config,
      schema: {
        tags,
        operationId: 'getHazardHeatMap',
        summary: 'Where hazards are on the floor plan',
        description: scope,
        querystring: heatMapQuery,
        response: { 200: heatMap, ...usual },
      },
    },
    (request) => service.heatMap(accountOf(request), request.query),
  );
  app.get(
    '/api/v1/hazards/heatmap.xlsx',
    {
      config,
      schema: {
        tags,
        operationId: 'getHazardHeatMapSheet',
        summary: 'The areas of the heat map as a workbook',
        querystring: heatMapQuery.extend(sheetQuery),
        response: file,
      },
    },
    async (request, reply) => {
      const { lang, ...query } = request.query;
      const bytes = await service.heatMapSheet(accountOf(request), query, lang);
      return sendBytes(reply, { name: 'hazard-areas.xlsx', type: XLSX, bytes });
    },
  );
  app.get(
    '/api/v1/hazards/rectification',
    {
      config,
      schema: {
        tags,
        operationId: 'getHazardRectification',
        summary: 'Rectification rates by department, type, level, month or area',
        description: scope,
        querystring: rectificationQuery,
        response: { 200: rectification, ...usual },
      },
    },
    (request) => service.rectification(accountOf(request), request.query),
  );
  app.get(
    '/api/v1/hazards/rectification.xlsx',
    {
      config,
      schema: {
        tags,
        operationId: 'getHazardRectificationSheet',
        summary: 'The rectification rates and the hazards that they count, as a workbook',
        querystring: rectificationQuery.extend(sheetQuery),
        response: file,
      },
    },
    async (request, reply) => {
      const { lang, ...query } = request.query;
      const bytes = await service.rectificationSheet(accountOf(request), query, lang);
      return sendBytes(reply, { name: 'hazard-rectification.xlsx', type: XLSX, bytes });
    },
  );
  app.get(
    '/api/v1/hazards/weak-links',
    {
      config,
      schema: {
        tags,
        operationId: 'getHazardWeakLinks',
        summary: 'Ranks places and departments by frequency, recurrence, delay and duration',
        description: scope,
        querystring: weakLinksQuery,
        response: { 200: weakLinks, ...usual },
      },
    },
    (request) => service.weakLinks(accountOf(request), request.query),
  );
  app.get(
    '/api/v1/hazards/weak-links.xlsx',
    {
      config,
      schema: {
        tags,
        operationId: 'getHazardWeakLinksSheet',
        summary: 'The weak links as a workbook',
        querystring: weakLinksQuery.extend(sheetQuery),
        response: file,
      },
    },
    async (request, reply) => {
      const { lang, ...query } = request.query;
      const bytes = await service.weakLinksSheet(accountOf(request), query, lang);
      return sendBytes(reply, { name: 'hazard-weak-links.xlsx', type: XLSX, bytes });
    },
  );
}
