/**
 * Reports of Node.js about a crash are handed on, and secrets may stand in the environment (PR-73): it stays out of them. To be called in
 * each thread, for each writes its own part.
 */
export function keepEnvironmentOutOfReports(): void {
  if (process.report) process.report.excludeEnv = true
}
