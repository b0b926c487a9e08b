import { bilingual, commandCause, instant, outputs, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { commaSeparated, line, pageOf, pageQuery, prose } from '../kit/schemas.ts';
import { commandEvents, commandStates } from './states.ts';

const state = z
  .enum(commandStates)
  .describe('`expired`: its time was over before the device said that it is done.');

/** Sent again with the same one, a request is the same. */
export const idempotencyKey = line(64)
  .min(8)
  .describe('Made by the client, once for each command: sent again with it, it is the same one.');

export const commandSchema = z
  .object({
    id: ulid,
    device: z.string().describe('Name of the device on the bus.'),
    deviceKind: z.string().describe('Kind of the device.'),
    deviceName: bilingual.describe('As the device was called when the command was given.'),
    action: z.string().describe('What the device is told to do.'),
    parameters: outputs.describe('How the action is done.'),
    cause: commandCause.describe('Why it was given.'),
    reason: z.string().nullable().describe('As the person wrote it.'),
    requestedBy: bilingual.nullable().describe('The person; null where a rule gave it.'),
    rule: z.string().nullable().describe('The rule or program; null where a person gave it.'),
    needsSecond: z.boolean().describe('It needs another person who approves it.'),
    approvedBy: bilingual.nullable().describe('The second person.'),
    state,
    givenAt: instant.describe('When it was given: requested, or approved.'),
    validUntil: instant.describe('Not begun from this time on; for approval, until when it waits.'),
    holdSeconds: z.number().int().nullable().describe('How long what it sets lasts.'),
    revertAt: instant.nullable().describe('When it is undone by itself.'),
    reverses: z.string().nullable().describe('The command that it undoes.'),
    reversedBy: z.string().nullable().describe('The command that undoes it.'),
    act: z.string().nullable().describe('The occasion that it belongs to.'),
    attempts: z.number().int().describe('How often it was sent.'),
    sentAt: instant.nullable().describe('When it was sent first.'),
    endedAt: instant.nullable().describe('When it was done, refused, failed or over.'),
    readBack: outputs.nullable().describe('What the device read back of its outputs.'),
    fault: z.string().nullable().describe('Why it was refused or failed.'),
    mayApprove: z.boolean().describe('Whether this account may approve or refuse it now.'),
    mayReverse: z.boolean().describe('Whether this account may undo it now.'),
    version: z.number().int(),
  })
  .meta({ id: 'Command', description: 'A command to a device on site. It is no safety function.' });
export type CommandView = z.infer<typeof commandSchema>;

const step = z.object({
  at: instant.describe('When it happened.'),
  what: z
    .enum(['requested', 'reverted', 'prolonged', 'sent-again', ...commandEvents])
    .describe('What happened.'),
  by: bilingual.nullable().describe('The person; null for the program or the device.'),
  note: z.string().nullable().describe('A reason, a fault, or the id of another command.'),
  readBack: outputs.nullable().describe('What the device read back of its outputs.'),
});
export type CommandStep = z.infer<typeof step>;

export const commandDetail = commandSchema
  .extend({ steps: z.array(step).describe('What happened to it, oldest first.') })
  .meta({ id: 'CommandDetail' });
export type CommandDetail = z.infer<typeof commandDetail>;

export const commandQuery = z.strictObject({
  ...pageQuery(),
  state: commaSeparated(state).optional(),
  device: slug.optional().describe('Name of the device on the bus.'),
  cause: commaSeparated(commandCause).optional().describe('Why it was given.'),
});
export type CommandQuery = z.infer<typeof commandQuery>;

export const commandPage = pageOf(commandSchema)
  .extend({ waiting: z.number().int().describe('How many wait for a second person.') })
  .meta({ id: 'CommandPage' });

export const declineBody = z
  .strictObject({ reason: prose(500).min(1).describe('Why it is not to be sent.') })
  .meta({ id: 'CommandRefusal' });
export const reversalBody = z
  .strictObject({ key: idempotencyKey, reason: prose(500).nullable().default(null) })
  .meta({ id: 'CommandReversal' });
