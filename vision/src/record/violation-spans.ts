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
 * The beginnings of the traces of violations that one frame confirmed: each from the time of the
 * frame until its event is durable. Without any where tracing is off, so that a frame costs nothing.
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
      // Capture, detection, tracking and judging: no frame is traced by itself, only one that counts.
      const within = trace.setSpan(context.active(), root);
      tracer().startSpan('frame', { startTime: began }, within).end(now);
      return root;
    });
    return new ViolationSpans(roots);
  }

  /** Runs one stage for all of them; its lines in the log carry the trace of the first. */
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

  /** Runs what concerns one violation within its trace, such as a line in the log. */
  within(index: number, work: () => void): void {
    const root = this.#roots[index];
    if (root) context.with(trace.setSpan(context.active(), root), work);
    else work();
  }

  end(): void {
    for (const root of this.#roots) root.end();
  }
}
