/** Times as a dossier prints them: short, because its heading says the year and the offset once for all. */

export interface PrintedTimes {
  /** "11-21 09:15:00"; "11-21" where it is midnight, and with the year where that is another. */
  readonly when: (time: string) => string
  /** "11-20 → 11-21". */
  readonly span: (from: string, to: string) => string
}

/** `first` is of the year that is left out; all times are ISO 8601 with the site's offset. */
export function timesOf(first: string): PrintedTimes {
  const year = first.slice(0, 'YYYY-'.length)
  function when(time: string): string {
    const [date = '', clock] = time.slice(0, -'+00:00'.length).split('T')
    const day = date.startsWith(year) ? date.slice(year.length) : date
    return clock === '00:00:00' ? day : `${day} ${clock}`
  }
  return { when, span: (from, to) => `${when(from)} → ${when(to)}` }
}
