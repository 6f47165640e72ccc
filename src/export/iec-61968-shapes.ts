/** The shapes of `meterd-61968-9-json/1`; docs/meterd-61968-9-json-1.schema.json says the same to others. */

interface ReadingQuality {
  /** Three numbers: system, category, index. */
  readonly ReadingQualityTypeRef: string
  readonly source?: string
  /** ISO 8601 with offset, as all times are. */
  readonly timeStamp?: string
  readonly comment?: string
}

/** A register at a boundary. */
export interface Iec61968Reading {
  /** Eighteen numbers. */
  readonly ReadingTypeRef: string
  readonly timeStamp: string
  /** When it was released. */
  readonly reportedDateTime: string
  readonly reason: 'billing'
  readonly source: string
  /** A decimal, multiplied already; absent where nothing was released, and the quality says why. */
  readonly value?: string
  readonly ReadingQualities: readonly ReadingQuality[]
  readonly 'x-obis': string
  readonly 'x-state': 'final' | 'withdrawn'
  readonly 'x-version': number
  readonly 'x-supersedes'?: number
  /** What the meter's own count was multiplied with. */
  readonly 'x-multiplier': string
  /** One more with each exchange of the meter: nothing is subtracted across. */
  readonly 'x-segment': number
  /** Of the book of releases. */
  readonly 'x-batch': number
}

export interface Iec61968IntervalReading {
  /** The end of the interval. */
  readonly timeStamp: string
  readonly value?: string
  readonly ReadingQualities: readonly ReadingQuality[]
}

/** What a message tells of one meter at one point. */
export interface Iec61968MeterReading {
  readonly valuesInterval: { readonly start: string; readonly end: string }
  readonly Meter: {
    readonly mRID: string
    readonly serialNumber?: string
    readonly Names: readonly { readonly name: string; readonly NameType: string }[]
  }
  readonly UsagePoint?: { readonly mRID: string }
  readonly 'x-account'?: string
  readonly Readings: readonly Iec61968Reading[]
  readonly IntervalBlocks: readonly {
    readonly ReadingTypeRef: string
    readonly 'x-obis': string
    readonly IntervalReadings: readonly Iec61968IntervalReading[]
  }[]
}
