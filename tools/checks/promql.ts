import { parser } from '@prometheus-io/lezer-promql';

/** Metrics and labels used by a PromQL expression. */
export interface PromqlUse {
  /** Metric names. */
  metrics: string[];
  /** Label names in selectors and groupings. */
  labels: string[];
}

/**
 * Parses an expression with Prometheus' own grammar.
 *
 * @throws Error with the position of a syntax error.
 */
export function readPromql(expression: string): PromqlUse {
  const metrics = new Set<string>();
  const labels = new Set<string>();
  parser.parse(expression).iterate({
    enter(node) {
      const text = expression.slice(node.from, node.to);
      if (node.type.isError) {
        throw new Error(
          `invalid PromQL at ${node.from}: ${expression.slice(node.from, node.from + 40)}`,
        );
      }
      // `up` and a name alone.
      if (node.name === 'Identifier' && node.node.parent?.name === 'VectorSelector') {
        metrics.add(text);
      }
      if (node.name === 'LabelName') labels.add(text);
    },
  });
  return { metrics: [...metrics], labels: [...labels] };
}
