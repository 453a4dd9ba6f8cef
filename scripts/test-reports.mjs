// What the reports of the test runners say: sums, and in words what did not pass at once.
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** Of what a failed test says: the rest stands where it failed. */
const toldLines = 30;

/** Without colours and the runners' own calls. */
function retold(title, error = '') {
  const lines = stripVTControlCharacters(error).split('\n');
  const ours = lines.filter((line) => !/^\s+at .*(node_modules|new Promise)/.test(line));
  return [title, ...ours.slice(0, toldLines)].join('\n').trimEnd();
}

/** Of Vitest's JSON report. A file that did not load counts as failed without a test to blame. */
export function ofVitest({ testResults, numPassedTests, numFailedTests, numPendingTests, numTodoTests }) {
  return {
    passed: numPassedTests,
    failed: numFailedTests,
    skipped: numPendingTests + numTodoTests,
    told: testResults.flatMap(({ name, status, message, assertionResults }) => {
      const file = relative('.', name);
      const failed = assertionResults.filter((test) => test.status === 'failed');
      if (status === 'failed' && failed.length === 0) return [retold(file, message)];
      return failed.map(({ fullName, failureMessages }) =>
        retold(`${file} › ${fullName}`, failureMessages.join('\n')),
      );
    }),
  };
}

/** Of Playwright's JSON report. */
export function ofPlaywright({ stats, suites, errors }) {
  return {
    passed: stats.expected + stats.flaky,
    flaky: stats.flaky,
    failed: stats.unexpected,
    skipped: stats.skipped,
    told: [
      ...errors.map(({ message }) => retold('outside of tests', message)),
      ...suites.flatMap(specsOf).flatMap(({ file, title, tests }) => tests.flatMap(toldOf(file, title))),
    ],
  };
}

const specsOf = ({ specs = [], suites = [] }) => [...specs, ...suites.flatMap(specsOf)];

const toldOf =
  (file, title) =>
  ({ status, results }) => {
    if (status !== 'unexpected' && status !== 'flaky') return [];
    const again = status === 'flaky' ? ' (passed at the second try)' : '';
    return [retold(`${file} › ${title}${again}`, results.find(({ error }) => error)?.error.message)];
  };
