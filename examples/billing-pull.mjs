// A billing system's nightly pull: every page of one boundary, nothing lost on the way, values as the decimal strings
// they came as.
//
//   METERD_KEY=… node examples/billing-pull.mjs http://127.0.0.1:8645 2026-11-21
//
// CSV of what may be billed goes to stdout, what is missing and why to stderr; ends with 1 when pages do not add up.

const [gateway, boundary] = process.argv.slice(2)
const key = process.env.METERD_KEY
if (!gateway || !boundary || !key) {
  console.error('METERD_KEY=… node examples/billing-pull.mjs URL YYYY-MM-DD')
  process.exit(2)
}

const reads = []
const missing = []
let counts
for (let cursor = ''; cursor !== null; ) {
  const query = new URLSearchParams({ boundary, limit: '500', ...(cursor === '' ? {} : { cursor }) })
  const response = await fetch(`${gateway}/v1/billing/reads?${query}`, {
    headers: { authorization: `Bearer ${key}` },
  })
  const page = await response.json()
  if (!response.ok) {
    console.error(`${page.code}: ${page.detail}`)
    process.exit(1)
  }
  reads.push(...page.reads)
  missing.push(...page.missing)
  counts = page.counts
  cursor = page.next
}

console.log('meter,status,state,version,obis,value,unit,id')
for (const { meter, status, state, version, registers } of reads) {
  for (const { obis, value, unit, id } of registers)
    console.log([meter, status, state, version, obis, value, unit, id].join(','))
}
for (const { meter, reasons } of missing) {
  const [{ code, obis, text }] = reasons
  const more = reasons.length > 1 ? ` (and ${reasons.length - 1} more reasons)` : ''
  console.error(`${meter}: ${code}${obis ? ` ${obis}` : ''}: ${text}${more}`)
}
if (reads.length + missing.length !== counts.meters) {
  console.error(`${counts.meters} meters announced, ${reads.length + missing.length} received: pull again`)
  process.exit(1)
}
