import { parser } from '@prometheus-io/lezer-promql';

/** What a PromQL expression asks for. */
export interface PromqlUse {
  /** Names of metrics. */
  metrics: string[];
  /** Names of labels that it selects or groups by. */
  labels: string[];
}

/**
 * Reads an expression by the grammar of Prometheus itself.
 *
 * @throws Error that shows the place where it is no PromQL.
 */
export function readPromql(expression: string): PromqlUse {
  const metrics = new Set<string>();
  const labels = new Set<string>();
  parser.parse(expression).iterate({
    enter(node) {
      const text = expression.slice(node.from, node.to);
      if (node.type.isError) {
        throw new Error(
          `no PromQL at ${node.from}: ${expression.slice(node.from, node.from + 40)}`,
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
