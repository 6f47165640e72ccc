/** When simulated meters are looked at. */

/** 19:00 on 21 November 2026 at +08:00: a household draws much. */
const START = Date.UTC(2026, 10, 21, 11)
const HOUR = 3_600_000

const threeLooks = (from: number) => [0, 5, 10].map(minutes => from + minutes * 60_000)

/** Three looks within a quarter of an hour. */
export const EVENING = threeLooks(START)
export const NIGHT = threeLooks(START + 8 * HOUR)
export const NOON = threeLooks(START + 17 * HOUR)

/** Each half hour of a day. */
export const DAY_TIMES = Array.from({ length: 49 }, (_, nth) => START + (nth * HOUR) / 2)
