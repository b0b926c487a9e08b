import { busKinds, busRefusalKind, instant } from '@anshi/contracts';
import { z } from 'zod';
import { actorOf } from '../access/account.ts';
import { accountOf } from '../access/request-account.ts';
import type { BusUsers } from '../bus-users/types.ts';
import type { Database } from '../db/database.ts';
import type { Module } from '../http/app-types.ts';
import { problems } from '../http/problems.ts';

const busState = z
  .object({
    users: z
      .array(z.object({ kind: z.enum(busKinds), name: z.string() }))
      .describe('Who may connect. Empty where a broker of the installation knows them alone.'),
    refused: z.array(
      z.object({
        user: z.string().describe('Name of the user; `(unknown)` for names that no user has.'),
        what: busRefusalKind,
        count: z.number().int(),
        firstAt: instant,
        lastAt: instant,
        topic: z.string().nullable().describe('Of the last one.'),
        detail: z.string().nullable().describe('Of the last one, for who looks for the cause.'),
      }),
    ),
  })
  .meta({
    id: 'BusState',
    description: 'The users of the message bus and what was refused of them.',
  });

export function busRefusalsModule(parts: { database: Database; users: BusUsers }): Module {
  const { database, users } = parts;
  return {
    name: 'bus-refusals',
    register(app) {
      app.get(
        '/api/v1/bus',
        {
          config: { permission: 'bus:read' },
          schema: {
            tags: ['bus'],
            operationId: 'getBus',
            summary: 'Tells who may connect to the message bus, and what was refused of whom',
            response: { 200: busState, ...problems(401, 403, 503) },
          },
        },
        async (request) => {
          const account = accountOf(request);
          const rows = await database.transaction(actorOf(account), (tx) =>
            tx.busRefusal.findMany({ orderBy: { lastAt: 'desc' }, take: 500 }),
          );
          const all = await users.list();
          return {
            users: all
              .filter(({ tenant }) => tenant === account.tenant)
              .map(({ kind, name }) => ({ kind, name })),
            refused: rows.map((row) => ({
              user: row.userName,
              what: busRefusalKind.parse(row.what),
              count: Number(row.count),
              firstAt: row.firstAt.toISOString(),
              lastAt: row.lastAt.toISOString(),
              topic: row.topic,
              detail: row.detail,
            })),
          };
        },
      );
    },
  };
}
