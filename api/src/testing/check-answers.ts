import { afterAll, afterEach, expect } from 'vitest';
import { takeMismatches, watchAnswers } from './answers.ts';

// Before each file of the integration tests: a test fails where an answer is not what its route
// declares, whatever else the test is about.
watchAnswers();
const check = () => {
  const lines = takeMismatches();
  if (lines.length > 0)
    expect.fail(`Answers that their schemas do not describe:\n${lines.join('\n')}`);
};
afterEach(check);
afterAll(check);
