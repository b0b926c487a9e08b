/** The states of a command, in the order in which they are passed. */
export const commandStates = [
  'awaiting-approval',
  'requested',
  'sent',
  'accepted',
  'done',
  'refused',
  'failed',
  'expired',
] as const;
export type CommandState = (typeof commandStates)[number];

/** What happens to a command. */
export const commandEvents = [
  'approved',
  'declined',
  'sent',
  'accepted',
  'done',
  'refused',
  'failed',
  'expired',
  'blocked',
] as const;
export type CommandEvent = (typeof commandEvents)[number];

/** States in which something still happens by itself. */
export const openStates: readonly CommandState[] = [
  'awaiting-approval',
  'requested',
  'sent',
  'accepted',
];

const table: Readonly<Record<CommandState, Partial<Record<CommandEvent, CommandState>>>> = {
  'awaiting-approval': { approved: 'requested', declined: 'refused', expired: 'expired' },
  // `blocked`: it may not be sent any more, because its device is out of use or shut out.
  requested: { sent: 'sent', expired: 'expired', blocked: 'failed' },
  sent: {
    sent: 'sent',
    accepted: 'accepted',
    done: 'done',
    refused: 'refused',
    failed: 'failed',
    expired: 'expired',
    blocked: 'failed',
  },
  accepted: {
    sent: 'accepted',
    done: 'done',
    refused: 'refused',
    failed: 'failed',
    expired: 'expired',
    blocked: 'failed',
  },
  // An answer that comes late says what became of it.
  expired: { done: 'done', refused: 'refused', failed: 'failed' },
  done: {},
  refused: {},
  failed: {},
};

/**
 * The state after an event.
 *
 * @param wasSent whether it ever left: what was not sent has no answer.
 * @returns null where the event changes nothing: an answer that comes again, or to what has ended.
 */
export function nextState(
  state: CommandState,
  event: CommandEvent,
  wasSent: boolean,
): CommandState | null {
  if (state === 'expired' && !wasSent) return null;
  return table[state][event] ?? null;
}

/** Whether the device may have carried it out, as far as is known. */
export const mayHaveActed = (state: CommandState, wasSent: boolean): boolean =>
  wasSent && state !== 'refused';
