import { activeTraceparent, failed, inSpan, type Span, SpanKind } from '@anshi/contracts/tracing';
import type { Logger } from 'pino';
import { ulid } from 'ulid';
import { systemCaller } from '../access/caller.ts';
import { holdersOf } from '../access/holders.ts';
import type { Database, Transaction } from '../db/database.ts';
import type { Unit, Units } from '../db/unit-of-work.ts';
import { type Loop, startLoop } from '../feed/loop.ts';
import { noticeLink } from '../notices/kinds.ts';
import type { Notices } from '../notices/types.ts';
import type { Sealed } from '../sealed/sealed.ts';
import { createOutboxFeed, matches, type OutboxRow, toCloudEvent } from './events.ts';
import { type AllowList, postOutward } from './outward.ts';
import { waitAfter } from './retry.ts';
import { openSecrets } from './secrets.ts';
import { signWebhook } from './signature.ts';

const EVERY_MS = 1_000;
const FAN_OUT = 500;
/** Concurrency in total and per address, so that a slow one does not block others. */
const AT_ONCE = 16;
const AT_ONCE_EACH = 4;
const ANSWER_WITHIN_MS = 10_000;
/** Longer than any attempt: claims of a dead process are taken over. */
const CLAIM_SECONDS = 60;
/** An address without success for this long is disabled. */
const GIVE_UP_AFTER_MS = 3 * 24 * 3_600_000;

export interface WebhookSender extends Loop {
  /** Waits for current deliveries, and starts no more. */
  close(): Promise<void>;
}

interface Claimed {
  id: string;
  webhookId: string;
  eventSeq: bigint;
  attempts: number;
}

/** An event and its target. */
interface Found {
  hook: { url: string };
  event: Omit<OutboxRow, 'seq' | 'entity'>;
  secrets: string[];
}

/** The result of one attempt. */
interface Outcome {
  ms: number;
  status: number | null;
  error: string | null;
  answer: string | null;
}

/**
 * Delivers events to registered webhooks, at least once and with a stable id. Failed attempts are
 * retried over about a day; then the delivery is dead and can be resent manually. Retries may
 * arrive out of order.
 */
export function startWebhooks(options: {
  database: Database;
  units: Units;
  sealed: Sealed;
  notices: Notices;
  allowed: AllowList;
  tenant: string;
  log: Logger;
  everyMs?: number;
}): WebhookSender {
  const { database, units, sealed, notices, allowed, tenant, log } = options;
  const actor = { tenant, user: null };
  const running = new Set<Promise<void>>();
  let closed = false;
  const fanOut = createOutboxFeed({
    database,
    tenant,
    name: 'webhooks',
    batch: FAN_OUT,
    // What is sent is read when it is sent.
    data: false,
    take,
  });

  async function take(tx: Transaction, rows: OutboxRow[]): Promise<number> {
    const hooks = await tx.webhook.findMany({ where: { active: true } });
    const data = rows.flatMap(({ seq, id, type }) =>
      hooks
        .filter(({ types }) => types.some((wanted) => matches(wanted, type)))
        .map((hook) => ({
          tenantId: tenant,
          id: ulid(),
          webhookId: hook.id,
          eventSeq: seq,
          eventId: id,
          type,
        })),
    );
    if (data.length > 0) await tx.webhookDelivery.createMany({ data });
    return rows.length;
  }

  async function send(one: Claimed): Promise<void> {
    const found = await database.transaction(actor, async (tx) => {
      const hook = await tx.webhook.findFirst({ where: { id: one.webhookId } });
      const event = await tx.outboxEvent.findFirst({ where: { seq: one.eventSeq } });
      return hook && event ? { hook, event, secrets: await openSecrets(tx, sealed, hook) } : null;
    });
    if (!found) return;
    const { type, traceparent } = found.event;
    if (traceparent === null) return deliver(one, found, null);
    const attributes = { 'cloudevents.event_type': type, 'anshi.attempt': one.attempts };
    await inSpan('webhook', { kind: SpanKind.CLIENT, parent: traceparent, attributes }, (span) =>
      deliver(one, found, span),
    );
  }

  async function deliver(one: Claimed, found: Found, span: Span | null): Promise<void> {
    const body = JSON.stringify(toCloudEvent(found.event));
    const traceparent = activeTraceparent();
    const seconds = Math.floor(Date.now() / 1000);
    const began = performance.now();
    let outcome: Outcome;
    try {
      const { status, text } = await postOutward(found.hook.url, {
        body,
        allowed,
        withinMs: ANSWER_WITHIN_MS,
        headers: {
          'content-type': 'application/cloudevents+json',
          'user-agent': 'anshi-webhooks/1',
          ...(traceparent !== null && { traceparent }),
          ...signWebhook(found.secrets, found.event.id, seconds, body),
        },
      });
      const error = status >= 200 && status < 300 ? null : `answered ${status}`;
      outcome = { ms: 0, status, error, answer: text.slice(0, 500) || null };
    } catch (error) {
      const words = (error as Error).message.slice(0, 500);
      outcome = { ms: 0, status: null, error: words || 'the connection failed', answer: null };
    }
    if (outcome.status !== null) span?.setAttribute('http.response.status_code', outcome.status);
    if (span && outcome.error !== null) failed(span, outcome.error);
    await note(one, { ...outcome, ms: Math.round(performance.now() - began) });
  }

  async function note(one: Claimed, outcome: Outcome): Promise<void> {
    const { id, webhookId, attempts } = one;
    const now = new Date();
    const wait = outcome.error === null ? null : waitAfter(attempts);
    await units.run(systemCaller(tenant), async (unit) => {
      const { tx } = unit;
      await tx.webhookAttempt.createMany({
        data: [{ tenantId: tenant, deliveryId: id, number: attempts, at: now, ...outcome }],
        skipDuplicates: true,
      });
      const pending = { id, state: 'pending' };
      if (outcome.error === null) {
        const data = { state: 'delivered', finishedAt: now };
        await tx.webhookDelivery.updateMany({ where: pending, data });
        await tx.webhook.updateMany({
          where: { id: webhookId, failingSince: { not: null } },
          data: { failingSince: null },
        });
        return;
      }
      const data =
        wait === null
          ? { state: 'dead', finishedAt: now }
          : { nextAt: new Date(now.getTime() + wait) };
      await tx.webhookDelivery.updateMany({ where: pending, data });
      await tx.webhook.updateMany({
        where: { id: webhookId, failingSince: null },
        data: { failingSince: now },
      });
      await switchOffWhereHopeless(unit, webhookId, outcome);
    });
  }

  async function switchOffWhereHopeless(unit: Unit, id: string, outcome: Outcome): Promise<void> {
    const hook = await unit.tx.webhook.findFirst({ where: { id, active: true } });
    if (!hook) return;
    const failingFor = Date.now() - (hook.failingSince?.getTime() ?? Date.now());
    const gone = outcome.status === 410;
    if (!gone && failingFor < GIVE_UP_AFTER_MS) return;
    const disabledReason = gone ? 'gone' : 'failing';
    await unit.tx.webhook.updateMany({
      where: { id },
      data: { active: false, disabledReason, version: { increment: 1 } },
    });
    await unit.audit({
      action: 'disable',
      entity: 'webhook',
      id,
      before: { active: true },
      after: { active: false, disabledReason, error: outcome.error },
    });
    await notices.notify(unit, {
      to: await holdersOf(unit.tx, 'integration:manage'),
      kind: 'integration.failed',
      severity: 'warning',
      title: { zh: `推送已停用：${hook.name}`, en: `Webhook switched off: ${hook.name}` },
      body: {
        zh: `目标地址长期无法送达（${outcome.error ?? ''}）。修复后可重新启用，未送达的事件会继续推送。`,
        en: `Nothing got through for long (${outcome.error ?? ''}). Switch it on again when it is repaired; what waits is then sent.`,
      },
      link: noticeLink('integration.failed', id),
      subject: { entity: 'webhook', id },
    });
  }

  const loop = startLoop({
    name: 'webhooks',
    log,
    everyMs: options.everyMs ?? EVERY_MS,
    async pass() {
      const fanned = await fanOut.pass();
      const room = AT_ONCE - running.size;
      const due = room > 0 && !closed ? await claim(database, tenant, room) : [];
      for (const one of due) {
        const work = send(one)
          .catch((error: unknown) => log.warn({ err: error }, 'a webhook was not tried'))
          .finally(() => {
            running.delete(work);
            if (!closed) loop.nudge();
          });
        running.add(work);
      }
      return fanned?.more === true;
    },
  });
  return {
    nudge: loop.nudge,
    async close() {
      closed = true;
      await loop.close();
      await Promise.all(running);
    },
  };
}

/** Claims due deliveries, a few per address; a dead process loses none. */
function claim(database: Database, tenant: string, most: number): Promise<Claimed[]> {
  return database.transaction(
    { tenant, user: null },
    (tx) => tx.$queryRaw<Claimed[]>`
      WITH due AS (
        SELECT d.id FROM webhook w CROSS JOIN LATERAL (
          SELECT id FROM webhook_delivery
          WHERE webhook_id = w.id AND state = 'pending' AND next_at <= now()
          ORDER BY next_at LIMIT ${AT_ONCE_EACH} FOR UPDATE SKIP LOCKED) d
        WHERE w.active LIMIT ${most}
      )
      UPDATE webhook_delivery SET attempts = attempts + 1,
             next_at = now() + make_interval(secs => ${CLAIM_SECONDS})
      WHERE id IN (SELECT id FROM due)
      RETURNING id, webhook_id AS "webhookId", event_seq AS "eventSeq", attempts`,
  );
}
