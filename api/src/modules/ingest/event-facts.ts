import { createHash } from 'node:crypto';
import type { ViolationEvent } from '@anshi/contracts';
import type { AuditEntry } from '../../platform/audit/entry.ts';

/** Every time that an event names. */
export function timesOf(event: ViolationEvent): string[] {
  switch (event.type) {
    case 'cn.anshi.violation.confirmed.v2': {
      const { startedAt, confirmedAt, snapshot } = event.data;
      return [event.time, startedAt, confirmedAt, ...(snapshot ? [snapshot.takenAt] : [])];
    }
    case 'cn.anshi.violation.ended.v1':
      return [event.time, event.data.endedAt];
    case 'cn.anshi.violation.clip-ready.v1': {
      const { clip } = event.data;
      return clip ? [event.time, clip.from, clip.to] : [event.time];
    }
    case 'cn.anshi.violation.blurred.v1':
      return [event.time];
    case 'cn.anshi.violation.identified.v1':
      return [event.time, event.data.at];
    case 'cn.anshi.violation.followed.v1':
      return [event.time, ...event.data.path.map(({ at }) => at)];
  }
}

/**
 * Changes of the violation by a worker's event; no user is involved, so the audit row names none.
 */
export function auditLineOf(
  { source, type, data }: ViolationEvent,
  signature: Record<string, unknown>,
): AuditEntry {
  const what = type.split('.')[3] ?? type;
  const actions: Record<string, AuditEntry['action']> = {
    confirmed: 'create',
    ended: 'end',
    identified: 'identify',
  };
  const action = actions[what] ?? 'attach';
  const seen =
    'rule' in data
      ? { rule: data.rule, camera: data.camera }
      : 'of' in data
        ? { blurred: data.of, heads: data.heads }
        : 'number' in data
          ? { identity: data.identity.state, number: data.number }
          : 'path' in data
            ? { laterPath: data.path.length, sha256: digestOf(data.path) }
            : {};
  return {
    action,
    entity: 'violation',
    id: data.violation,
    after: { source, ...seen, ...signature },
  };
}

/** Of the JSON text, as `later_path` has it: findings are joined by it. */
const digestOf = (value: unknown) =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex');
