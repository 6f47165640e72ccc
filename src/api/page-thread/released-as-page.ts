/** The releases made of one reading, as its evidence shows them. */

import type { z } from 'zod'
import { isoWithOffset } from '../../core/time.ts'
import { releasedAs } from '../../store/book/released-as.ts'
import type { evidenceReleases } from '../shapes.ts'
import type { BillingParts } from './billing-pages.ts'
import { inOnePiece } from './text.ts'

export interface ReleasedAsAsked {
  readonly id: string
  readonly meter: string
  /** UTC ms. */
  readonly slot: number
}

export async function releasedAsPage(
  { reader, offsetMinutes }: Pick<BillingParts, 'reader' | 'offsetMinutes'>,
  asked: ReleasedAsAsked,
): Promise<Uint8Array<ArrayBuffer>> {
  const releases = releasedAs(reader.book, asked).map(({ boundary, ...rest }) => ({
    ...rest,
    boundary: isoWithOffset(boundary, offsetMinutes),
  }))
  return inOnePiece([JSON.stringify(releases satisfies z.infer<typeof evidenceReleases>)])
}
