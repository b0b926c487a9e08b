import { type Context, context, createContextKey } from '@opentelemetry/api';
import type { IdGenerator } from '@opentelemetry/sdk-trace';

export interface TraceIds {
  /** 32 hexadecimal digits. */
  traceId: string;
  /** 16 hexadecimal digits. */
  spanId: string;
}

const CHOSEN = createContextKey('anshi: ids of the next root span');

/** A context in which the next root span gets these ids. Start only that span in it. */
export const choosing = (ids: TraceIds): Context => context.active().setValue(CHOSEN, ids);

/** Ids for spans: those in the active context, else random ones. */
export class ChosenIds implements IdGenerator {
  readonly #others: IdGenerator;

  constructor(others: IdGenerator) {
    this.#others = others;
  }

  generateTraceId = (): string => chosen()?.traceId ?? this.#others.generateTraceId();
  generateSpanId = (): string => chosen()?.spanId ?? this.#others.generateSpanId();
}

const chosen = () => context.active().getValue(CHOSEN) as TraceIds | undefined;
