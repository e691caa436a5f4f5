import { defineConfig } from 'vitest/config';
import { ExercisedReporter, exercisedFile } from './test/support/exercised-reporter.ts';
import { CountsReporter } from './test/support/reporter.ts';

const exercised = exercisedFile();

export default defineConfig({
  // Vite would take the other build of graphql than what is imported by dependencies, and two cannot work together.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.spec.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/exercised.ts'],
    provide: { exercised },
    reporters: ['default', new ExercisedReporter(exercised), new CountsReporter()],
    // Most specs wait for an Engine most of the time.
    maxWorkers: 4,
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
