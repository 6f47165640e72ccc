/** The shape of a log, so that pure rooms need not import a logger. Keys are the constants below. */

export interface Log {
  trace(context: LogContext, text: string): void
  debug(context: LogContext, text: string): void
  info(context: LogContext, text: string): void
  warn(context: LogContext, text: string): void
  error(context: LogContext, text: string): void
  isLevelEnabled(level: string): boolean
}

/** What a line of log may carry beside its text. */
export interface LogContext {
  readonly lineId?: string
  readonly meterId?: string
  readonly sinkId?: string
  readonly code?: string
  readonly hint?: string
  readonly hex?: string
  readonly ms?: number
  readonly count?: number
}

export const silentLog: Log = {
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  isLevelEnabled: () => false,
}
