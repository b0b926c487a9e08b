import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * vitest's own order, but what waits longest goes first, so that the rest runs beside it: at the
 * end it would run alone.
 */
export class OutagesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const waits = ({ project }: TestSpecification) => project.name === 'outage';
    return [...sorted.filter(waits), ...sorted.filter((file) => !waits(file))];
  }
}
