import type { z } from 'zod';
import { type Account, actorOf } from '../../../platform/access/account.ts';
import type { Database } from '../../../platform/db/database.ts';
import { type Language, writeSheets } from '../../../platform/kit/spreadsheet.ts';
import { findHeatMap } from './heat-map.ts';
import { findRectification } from './rectification.ts';
import type {
  HeatMap,
  heatMapQuery,
  Rectification,
  rectificationQuery,
  WeakLinks,
  weakLinksQuery,
} from './schema.ts';
import { findWeakLinks } from './weak-links.ts';
import { findListed, heatMapSheets, rectificationSheets, weakLinkSheets } from './workbooks.ts';

type HeatMapQuery = z.infer<typeof heatMapQuery>;
type RectificationQuery = z.infer<typeof rectificationQuery>;
type WeakLinksQuery = z.infer<typeof weakLinksQuery>;
export type HazardStatistics = ReturnType<typeof createHazardStatistics>;

/** Hazard statistics by place, type, department and month, never by person. */
export function createHazardStatistics({
  database,
  timeZone,
}: {
  database: Database;
  timeZone: string;
}) {
  const heatMap = (account: Account, query: HeatMapQuery): Promise<HeatMap> =>
    database.transaction(actorOf(account), (tx) => findHeatMap(tx, account, query));
  const rectification = (account: Account, query: RectificationQuery): Promise<Rectification> =>
    database.transaction(actorOf(account), (tx) => findRectification(tx, account, query, timeZone));
  const weakLinks = (account: Account, query: WeakLinksQuery): Promise<WeakLinks> =>
    database.transaction(actorOf(account), (tx) => findWeakLinks(tx, account, query));
  return {
    heatMap,
    rectification,
    weakLinks,
    async heatMapSheet(account: Account, query: HeatMapQuery, lang: Language): Promise<Buffer> {
      return writeSheets(heatMapSheets(await heatMap(account, query), lang), lang, timeZone);
    },
    async rectificationSheet(
      account: Account,
      query: RectificationQuery,
      lang: Language,
    ): Promise<Buffer> {
      const rates = await rectification(account, query);
      const listed = await database.transaction(actorOf(account), (tx) =>
        findListed(tx, account, query),
      );
      return writeSheets(rectificationSheets(rates, listed, lang), lang, timeZone);
    },
    async weakLinksSheet(account: Account, query: WeakLinksQuery, lang: Language): Promise<Buffer> {
      return writeSheets(weakLinkSheets(await weakLinks(account, query), lang), lang, timeZone);
    },
  };
}
