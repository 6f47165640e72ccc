/** Checks the practice of meter data names and this table has no row for, each with the reason. */

export interface Exception {
  readonly id: string
  readonly what: string
  readonly why: string
}

export const EXCEPTIONS: readonly Exception[] = [
  {
    id: 'V-I3',
    what: "a meter that answers through another transformer's concentrator",
    why: 'there is no concentrator between: a meter is asked on the line it is listed on and answers nowhere else. One that is listed in the wrong area is among the candidates V-A1 names',
  },
  {
    id: 'V-L10',
    what: 'the sum of the intervals of a day',
    why: 'it is V-R12 by another name',
  },
  {
    id: 'V-A5',
    what: 'a value read remotely against one read by a person or a hand-held unit',
    why: 'values come in by one way only: what a person knows of a boundary is an agreed value of the book, named so with its cause, and no second reading',
  },
  {
    id: 'V-A6',
    what: 'what was billed against what was collected',
    why: 'what is billed is what was released of what was collected, in one book, and `meterd explain` makes a released value again from its bytes; what the office makes of it comes back to nobody here. Of its findings a wrong multiplier is V-R18, V-R20 and V-R38, values of another period V-T3 and V-R13',
  },
]
