import { afterAll, afterEach, expect } from 'vitest';
import { takeMismatches, watchAnswers } from './answers.ts';

// Set-up of each integration test file: a test fails where a response does not match its route's
// schema, whatever the test is about.
watchAnswers();
const check = () => {
  const lines = takeMismatches();
  if (lines.length > 0)
    expect.fail(`Responses that do not match their schemas:\n${lines.join('\n')}`);
};
afterEach(check);
afterAll(check);
