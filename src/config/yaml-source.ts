/** YAML text → plain data that remembers its places. Refuses what could surprise: doubled keys, merges, bombs, depth. */

import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  Parser,
  parseDocument,
  visit,
} from 'yaml'
import type { Complaint, Path, Place, Source } from './complaint.ts'

/** Deeper than any settings are; far below where a recursive reader runs out of stack. */
const DEEPEST = 32
/** Uses of anchors; a bomb multiplies them, people write a handful. */
const MOST_ALIASES = 100
/** Keys with a meaning to YAML or JavaScript that no setting has. */
const FORBIDDEN_KEYS = new Set(['<<', '__proto__', 'constructor', 'prototype'])

/**
 * Reads one YAML document (1.2 core schema: `no` and `12:34` are text, not false and 754). Complaints about its
 * grammar go into the list; null when nothing can be made of it.
 */
export function readYaml(file: string, text: string, into: Complaint[]): Source | null {
  const plain = text.replace(/^\uFEFF/, '')
  const tooDeep = depthExceededAt(plain)
  if (tooDeep) {
    const remedy = 'write it flat, as in config/gateway.example.yaml'
    into.push({ file, ...tooDeep, path: '', text: `nested deeper than ${DEEPEST} levels`, remedy })
    return null
  }
  const lines = new LineCounter()
  const say: Say = (offset, what, remedy) => {
    into.push({ file, ...placeAt(lines, offset), path: '', text: what, remedy })
  }
  const document = parseDocument(plain, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    merge: false,
  })
  for (const fault of [...document.errors, ...document.warnings]) {
    const [what, remedy] = GRAMMAR[fault.code] ?? UNREADABLE
    say(fault.pos[0], what, remedy)
    // One broken place makes the rest of the text unreadable; further grammar complaints would be echoes of it.
    if (fault.code !== 'DUPLICATE_KEY') return null
  }
  if (refuseKeys(document, say)) return null
  try {
    return sourceOf(file, document, lines)
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error
    say(firstAlias(document), `more than ${MOST_ALIASES} uses of anchors`, 'write the values out')
    return null
  }
}

/** What the reader's codes mean. Its own messages are not shown: they quote the text, which may hold a secret. */
const GRAMMAR: Readonly<Record<string, readonly [what: string, remedy: string]>> = {
  TAB_AS_INDENT: ['a tab indents this line; YAML indents with spaces', 'replace the tab by two spaces'],
  DUPLICATE_KEY: ['this key is written twice in one section', 'keep one of the two'],
  BAD_INDENT: ['the indentation does not fit, or a bracket is not closed', 'align it with its neighbours'],
  MISSING_CHAR: ['a quote, bracket, comma or space is missing here', 'close or add it'],
  BAD_ALIAS: ['this alias is not written right', 'write the value out'],
  BAD_DIRECTIVE: ['YAML directives (lines starting with %) are not used here', 'remove the line'],
  BAD_DQ_ESCAPE: ['a backslash in double quotes starts no known escape', 'use single quotes'],
  BAD_SCALAR_START: ['a value cannot start with this character', 'put the value in quotes'],
  BLOCK_AS_IMPLICIT_KEY: [
    'two "key: value" on one line, or indentation that does not fit',
    'one key on a line',
  ],
  MULTILINE_IMPLICIT_KEY: ['a key runs over several lines', 'put a colon and a space after the key'],
  MULTIPLE_DOCS: ['a second document starts here ("---")', 'keep one document in the file'],
  NON_STRING_KEY: ['a key must be a word', 'write a plain word as the key'],
  TAG_RESOLVE_FAILED: ['YAML tags (!…) are not used here', 'remove the tag'],
}
const UNREADABLE = ['this is not readable as YAML', 'see config/gateway.example.yaml for the form'] as const

type Say = (offset: number, what: string, remedy: string) => void

/** Runs the reader's non-recursive half to find where the text nests too deep, before the recursive half sees it. */
function depthExceededAt(text: string): Place | null {
  const lines = new LineCounter()
  lines.addNewLine(0)
  const parser = new Parser(lines.addNewLine)
  let offset = 0
  for (const lexeme of new Lexer().lex(text)) {
    for (const _token of parser.next(lexeme));
    if (parser.stack.length > DEEPEST) return placeAt(lines, offset)
    offset += lexeme.length
  }
  return null
}

function refuseKeys(document: Document.Parsed, say: Say): boolean {
  let refused = false
  visit(document, {
    Pair(_, pair) {
      if (!isScalar(pair.key) || !FORBIDDEN_KEYS.has(String(pair.key.value))) return
      refused = true
      say(
        pair.key.range?.[0] ?? 0,
        `"${pair.key.value}" cannot be a key`,
        'remove it and write the values out',
      )
    },
  })
  return refused
}

function firstAlias(document: Document.Parsed): number {
  let offset = 0
  visit(document, {
    Alias(_, alias) {
      offset = alias.range?.[0] ?? 0
      return visit.BREAK
    },
  })
  return offset
}

function sourceOf(file: string, document: Document.Parsed, lines: LineCounter): Source {
  return {
    file,
    value: document.toJS({ maxAliasCount: MOST_ALIASES }),
    placeOf: path => placeAt(lines, walk(document, path).offset),
    writtenAt(path) {
      const { node } = walk(document, path)
      return isScalar(node) ? (node.source ?? null) : null
    },
  }
}

/** Follows a path as far as it exists: the node at its end, and the offset of the last key or list item passed. */
function walk(document: Document.Parsed, path: Path): { node: Node | null; offset: number } {
  let node: Node | null = document.contents
  let offset = 0
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document) ?? null
    const next: Step | null = stepInto(node, step)
    if (next === null) return { node: null, offset }
    node = next.node
    offset = next.offset
  }
  return { node: isAlias(node) ? (node.resolve(document) ?? null) : node, offset }
}

interface Step {
  readonly node: Node | null
  readonly offset: number
}

function stepInto(node: Node | null, step: string | number): Step | null {
  if (isMap<Node, Node>(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && key.value === step)
    return pair ? { node: pair.value, offset: pair.key.range?.[0] ?? 0 } : null
  }
  if (isSeq<Node>(node) && typeof step === 'number') {
    const item = node.items[step]
    return item ? { node: item, offset: item.range?.[0] ?? 0 } : null
  }
  return null
}

function placeAt(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset)
  return { line: Math.max(line, 1), column: Math.max(col, 1) }
}
