/** How a dossier looks, on a screen and on A4. Its hash is all that the page's policy lets through. */

import { createHash } from 'node:crypto'

export const DOSSIER_STYLE = `
@page { size: A4; margin: 14mm 12mm; }
body { font: 10.5pt/1.45 "Noto Sans", "Noto Sans CJK SC", "Microsoft YaHei", Arial, sans-serif; color: #111; max-width: 180mm; margin: 0 auto; padding: 8mm; }
h1 { font-size: 18pt; margin: 0 0 2mm; }
h2 { font-size: 13pt; margin: 8mm 0 2mm; border-bottom: 1px solid #888; break-after: avoid; }
table { border-collapse: collapse; width: 100%; margin: 2mm 0; }
th, td { border: 1px solid #bbb; padding: 1mm 1.5mm; text-align: left; vertical-align: top; }
th { background: #eee; }
td.n { text-align: right; }
td.n, td.t { font-variant-numeric: tabular-nums; white-space: nowrap; }
tr { break-inside: avoid; }
code { font-size: 8pt; overflow-wrap: anywhere; }
.advice { border: 2px solid #111; padding: 3mm; margin: 3mm 0; break-inside: avoid; }
.small { font-size: 8.5pt; color: #444; }
.blank { border-bottom: 1px solid #111; height: 9mm; }
.appendix { break-before: page; }
@media print {
  body { max-width: none; padding: 0; font-size: 8.5pt; line-height: 1.25; }
  h2 { margin: 4mm 0 1mm; }
  table { margin: 1mm 0; font-size: 7.5pt; }
  th, td { padding: 0.2mm 1mm; }
  p { margin: 1.5mm 0; }
  code { font-size: 6pt; }
  .appendix table { font-size: 6.5pt; }
}
`

/** For the header of the answer, and in the page itself for who opens it as a file. */
export const DOSSIER_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(DOSSIER_STYLE).digest('base64')}'`
