import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes longest first: at the end it would run alone. */
const order = ['outage', 'integration', 'tools', 'perception', 'unit', 'dashboard'];

/**
 * vitest's own order within a project, and one project after the other: files without isolation
 * share a worker only with the next file of the same project.
 */
export class ProjectOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const place = ({ project }: TestSpecification) => {
      const at = order.indexOf(project.name);
      return at < 0 ? order.length : at;
    };
    return sorted.toSorted((a, b) => place(a) - place(b));
  }
}
