import {
  failed,
  type Span,
  startViolationTrace,
  tracer,
  tracingIsOn,
} from '@anshi/contracts/tracing';
import { context, trace } from '@opentelemetry/api';
import type { ConfirmedVerdict } from '../judge/verdict.ts';

/**
 * The root spans of the traces of violations that one frame confirmed, from the time of the frame
 * until the event is durable. Empty where tracing is off, so that a frame has no cost.
 */
export class ViolationSpans {
  readonly #roots: readonly Span[];

  private constructor(roots: readonly Span[]) {
    this.#roots = roots;
  }

  /**
   * @param camera the id of the camera.
   * @param frameAt the stream clock of the frame, milliseconds since the epoch; some cameras are ahead.
   */
  static begin(
    verdicts: readonly ConfirmedVerdict[],
    camera: string,
    frameAt: number,
  ): ViolationSpans {
    if (!tracingIsOn() || verdicts.length === 0) return new ViolationSpans([]);
    const now = Date.now();
    const began = Math.min(frameAt, now);
    const roots = verdicts.map(({ violation, rule, ruleId }) => {
      const root = startViolationTrace(violation, began)!;
      root.setAttributes({
        'anshi.camera': camera,
        'anshi.violation': violation,
        'anshi.rule': rule,
        'anshi.rule_id': ruleId,
      });
      // Capture, detection, tracking and judging: frames are not traced, only those with a
      // violation.
      const within = trace.setSpan(context.active(), root);
      tracer().startSpan('frame', { startTime: began }, within).end(now);
      return root;
    });
    return new ViolationSpans(roots);
  }

  /** Runs one stage for all of them; its log lines carry the trace of the first. */
  async stage<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const [first] = this.#roots;
    if (!first) return work();
    const spans = this.#roots.map((root) =>
      tracer().startSpan(name, {}, trace.setSpan(context.active(), root)),
    );
    try {
      return await context.with(trace.setSpan(context.active(), spans[0]!), work);
    } catch (error) {
      for (const span of spans) failed(span, error);
      throw error;
    } finally {
      for (const span of spans) span.end();
    }
  }

  /** Runs work of one violation within its trace, such as a log line. */
  within(index: number, work: () => void): void {
    const root = this.#roots[index];
    if (root) context.with(trace.setSpan(context.active(), root), work);
    else work();
  }

  end(): void {
    for (const root of this.#roots) root.end();
  }
}
