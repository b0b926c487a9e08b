import type { FastifyReply, FastifyRequest } from 'fastify';
import { Prisma } from '../../generated/prisma/client.ts';
import { actorOf } from '../../platform/access/account.ts';
import type { Database } from '../../platform/db/database.ts';
import type { App } from '../../platform/http/app-types.ts';

/** The pages of second reviews themselves, which tell nothing of the first verdict. */
const OWN = '/api/v1/second-review';
/** Pictures and clips are what the second reviewer judges by. */
const PICTURES = /^(image|video)\//;
const JSON_TYPE = /json/;
/** How answers name a verdict: as a status, as a decision or action of a history, or as an entry of a chain. */
const VERDICT = /"(?:confirm|dismiss)(?:ed)?"|"verdict":\{|"kind":"verdict"/;
/**
 * Addresses whose answers tell a verdict by what is there at all: a hazard and an entry of a safety file are made of a
 * confirmed violation. What is below an incident tells it in words.
 */
const TELLS_BY_ITSELF =
  /^\/api\/v1\/(?:hazards?\b|persons?\b|me\/file|incidents\/[0-9A-Z]{26}\/(?:chain|notes))/;
const ULID = /\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b/g;

/**
 * Ids of the records on which an answer may tell a verdict; empty where it tells none.
 *
 * @param url the address with its query; files name the record there alone.
 * @param text the answer; null where it is no text.
 */
export function recordsTold(url: string, type: string, text: string | null): string[] {
  if (url.startsWith(OWN) || PICTURES.test(type)) return [];
  const isJson = JSON_TYPE.test(type);
  if (isJson && !VERDICT.test(text ?? '') && !TELLS_BY_ITSELF.test(url)) return [];
  return [...new Set(`${url} ${text ?? ''}`.match(ULID) ?? [])];
}

/**
 * Records which reviewers were shown the verdict of an incident that waits for its second one, before the answer is sent. It
 * looks at the answers of all routes: a route that tells a verdict and is written later cannot be forgotten. What is told by
 * mistake makes a pair count as not blind, never the other way round.
 */
export function watchFirstVerdicts(app: App, database: Database): void {
  app.addHook('onSend', async (request: FastifyRequest, reply: FastifyReply, payload: unknown) => {
    const { account } = request;
    if (!account?.permissions.has('violation:review')) return;
    const text = typeof payload === 'string' ? payload : null;
    const type = String(reply.getHeader('content-type') ?? '');
    const told = recordsTold(request.url, type, text);
    if (told.length === 0) return;
    await database.transaction(actorOf(account), (tx) =>
      tx.$executeRaw(Prisma.sql`
        INSERT INTO second_review_seen (tenant_id, review_id, user_id)
        SELECT s.tenant_id, s.id, ${account.id} FROM second_review s
        WHERE s.second_at IS NULL AND s.cancelled_at IS NULL AND s.first_by <> ${account.id}
          AND s.incident_id IN (SELECT unnest(${told}::text[])
            UNION SELECT f.incident_id FROM incident_finding f WHERE f.finding_id = ANY (${told}::text[]))
        ON CONFLICT DO NOTHING`),
    );
  });
}
