/** What is wrong with a setting, where it is written, and what to do about it. */

export type Path = readonly (string | number)[]

export interface Complaint {
  readonly file: string
  /** From 1; 0 where the complaint is about the file as a whole. */
  readonly line: number
  readonly column: number
  /** `meters[3].address`; '' for the file as a whole. */
  readonly path: string
  /** What is wrong and what was expected. Never holds a secret. */
  readonly text: string
  readonly remedy: string
}

export interface Place {
  readonly line: number
  readonly column: number
}

/** Files of settings after reading: plain data, and where each piece of it stands. */
export interface Source {
  readonly file: string
  readonly value: unknown
  /** Where the key of this path stands, or else its value, or else the nearest thing around it. */
  placeOf(path: Path): Place
  /** The scalar at this path letter by letter, before anything made a number of it; null when it is none. */
  writtenAt(path: Path): string | null
}

/** Writes complaints about one file into a list. */
export type Complain = (path: Path, text: string, remedy: string) => void

export function complainAbout(source: Source, into: Complaint[]): Complain {
  return (path, text, remedy) => {
    into.push({ file: source.file, ...source.placeOf(path), path: pathText(path), text, remedy })
  }
}

/** A complaint about a file that could not even be read. */
export function aboutFile(file: string, text: string, remedy: string): Complaint {
  return { file, line: 0, column: 0, path: '', text, remedy }
}

/** One line: `gateway.yaml:12:14 meters[3].address: what is wrong; what to do`. */
export function formatComplaint({ file, line, column, path, text, remedy }: Complaint): string {
  const place = line === 0 ? file : `${file}:${line}:${column}`
  return `${place}${path === '' ? '' : ` ${path}`}: ${text}; ${remedy}`
}

/** In the order of reading, file by file as first mentioned; the same thing is said once. */
export function sortComplaints(complaints: readonly Complaint[]): readonly Complaint[] {
  const files = [...new Set(complaints.map(complaint => complaint.file))]
  const seen = new Set<string>()
  return complaints
    .filter(complaint => !seen.has(formatComplaint(complaint)) && seen.add(formatComplaint(complaint)))
    .sort((a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column)
}

/** `lines[0].url`; keys with odd characters are quoted so that no key can forge a path or a line break. */
export function pathText(path: Path): string {
  let text = ''
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`
    else if (/^[\w-]{1,64}$/.test(step)) text += text === '' ? step : `.${step}`
    else text += `[${JSON.stringify(step.slice(0, 64))}]`
  }
  return text
}
