/**
 * The rules a NEM12 file is held to, each with its remedy: AEMO's Meter Data File Format Specification NEM12 & NEM13, except
 * those marked as ours. Their names are for programs and stay.
 */

interface Nem12RuleText {
  readonly demand: string
  readonly remedy: string
}

export const NEM12_RULES = {
  empty: { demand: 'a file has a 100 record', remedy: 'write 100, then 200 and 300 records, then 900' },
  characters: {
    demand: 'printable ASCII without quotes (ours: fields are never quoted)',
    remedy: 'write plain text without commas, quotes, tabs or a byte order mark in it',
  },
  'line-ends': { demand: 'all lines end alike', remedy: 'end every line with CR LF, or every line with LF' },
  'blank-line': { demand: 'no empty lines', remedy: 'take the empty line out' },
  'unknown-record': {
    demand: 'records begin with 100, 200, 300, 400, 500 or 900',
    remedy: 'NEM13 records (250, 550) go into a file of their own; anything else is no record',
  },
  'header-first': { demand: 'the first record is 100', remedy: 'put the 100 record first' },
  'header-once': { demand: 'one 100 record', remedy: 'make a file of each part that has its own 100 record' },
  'header-fields': {
    demand: '100 has 5 fields',
    remedy: 'write 100,NEM12,YYYYMMDDhhmm,FromParticipant,ToParticipant',
  },
  'header-version': {
    demand: 'the version header is NEM12',
    remedy: 'write NEM12; this does not check NEM13',
  },
  'header-time': { demand: 'a time that exists, YYYYMMDDhhmm', remedy: 'write twelve digits' },
  participant: {
    demand: 'a participant of 1 to 10 letters and digits',
    remedy: 'write who sends and who receives',
  },
  'end-missing': {
    demand: 'the last record is 900',
    remedy: 'the file is cut short, or its writer was stopped: ask for it again',
  },
  'end-fields': { demand: '900 stands alone', remedy: 'write 900 without further fields' },
  'after-end': { demand: 'nothing follows 900', remedy: 'take out what follows, or the 900 before it' },
  'no-data': { demand: 'at least one 200 record', remedy: 'send no file where there is nothing to tell' },
  'details-fields': {
    demand: '200 has 10 fields',
    remedy:
      'write 200,NMI,Configuration,RegisterID,Suffix,DataStream,MeterSerial,UOM,IntervalLength,NextReadDate; empty fields keep their commas',
  },
  'details-empty': {
    demand: 'a 200 record has at least one 300 record',
    remedy: 'leave out registers that have no days',
  },
  nmi: { demand: 'an NMI of 10 characters, 0–9 and A–Z', remedy: 'write the point without its check digit' },
  'nmi-together': {
    demand: 'all registers of an NMI stand together of the same days',
    remedy: 'sort the 200 records by NMI; an NMI comes again only with other days',
  },
  configuration: {
    demand: 'a configuration of suffixes, each two characters and each once',
    remedy: 'write all suffixes of the NMI one after the other, such as E1B1',
  },
  'configuration-suffix': {
    demand: 'the suffix is one of its configuration',
    remedy: 'add the suffix to the configuration of each 200 record of this NMI',
  },
  'configuration-differs': {
    demand: 'one configuration in the 200 records of an NMI that stand together',
    remedy: 'write the same configuration in each',
  },
  'register-id': { demand: 'a register id of at most 10 characters', remedy: 'shorten it or leave it empty' },
  suffix: {
    demand: 'a suffix of a letter and a letter or digit, without I and O',
    remedy: 'write such as E1',
  },
  'data-stream': { demand: 'a data stream of two characters', remedy: 'write such as N1, or leave it empty' },
  serial: {
    demand: 'a meter serial of at most 12 letters and digits',
    remedy: 'leave it empty where it is longer',
  },
  unit: {
    demand: 'a unit of the list, such as kWh or kVArh',
    remedy: 'convert the values to a unit that is listed',
  },
  'suffix-unit': {
    demand: 'E and B with Wh, kWh or MWh; Q and K with VArh, kVArh or MVArh',
    remedy: 'correct the suffix or the unit: one of them is of another register',
  },
  'interval-length': {
    demand: 'intervals of 5, 15 or 30 minutes',
    remedy: 'write the length of the intervals',
  },
  'next-read-date': { demand: 'a date that exists, or nothing', remedy: 'write YYYYMMDD' },
  'day-outside': { demand: 'a 300 record follows its 200 record', remedy: 'write the 200 record before it' },
  'day-fields': {
    demand: '300 has 2 fields, 1440 / length values and 5 fields',
    remedy: 'write every interval of the day, and the length of the 200 record that belongs to them',
  },
  'day-date': { demand: 'a date that exists, YYYYMMDD', remedy: 'write eight digits' },
  'day-order': { demand: 'dates rise under a 200 record', remedy: 'sort the 300 records by date' },
  'day-twice': {
    demand: 'a day of a register once in a file',
    remedy: 'keep the one with the latest UpdateDateTime',
  },
  'value-negative': {
    demand: 'values are not negative',
    remedy: 'write what flows the other way under a suffix of its own',
  },
  value: { demand: 'a decimal number without exponent', remedy: 'write such as 0.120' },
  quality: { demand: 'a quality of A, E, F, N, S or V', remedy: 'write a quality, such as A or S17' },
  'method-missing': { demand: 'E, F and S have a method', remedy: 'write two digits after it, such as S17' },
  'method-unexpected': { demand: 'A, N and V have no method', remedy: 'write the letter alone' },
  'method-unknown': {
    demand: 'a method of 11–15, 17–25 or 51–58',
    remedy: 'write one of these; 16 (agreed) is obsolete: F or S with reason 0 and words',
  },
  'reason-missing': { demand: 'S and F have a reason code', remedy: 'write the code, or 0 and the reason' },
  'reason-unexpected': { demand: 'V has no reason', remedy: 'write the reasons in the 400 records' },
  'reason-code': { demand: 'a reason code of 0 to 99', remedy: 'write the number without leading zeros' },
  'reason-actual': {
    demand: 'an actual has a reason only of 61, 79 or 89',
    remedy: 'leave the reason out, or write the quality that fits it',
  },
  'reason-text': { demand: 'reason 0 comes with words', remedy: 'write the reason after the 0' },
  'reason-long': { demand: 'a reason of at most 240 characters', remedy: 'shorten it' },
  'update-time': {
    demand: 'an UpdateDateTime that exists, YYYYMMDDhhmmss',
    remedy: 'write when the data changed last: it is their version; only N may go without',
  },
  'load-time': { demand: 'a time that exists, or nothing', remedy: 'write YYYYMMDDhhmmss' },
  'null-value': {
    demand: 'intervals of quality N are 0 (ours: a sum must not count what is not known)',
    remedy: 'write 0, or the quality that the value has',
  },
  'part-outside': {
    demand: 'a 400 record follows its 300 record',
    remedy: 'put it right after the day it qualifies',
  },
  'part-fields': {
    demand: '400 has 6 fields',
    remedy: 'write 400,StartInterval,EndInterval,QualityMethod,ReasonCode,ReasonDescription',
  },
  'part-bounds': {
    demand: 'whole intervals from 1 to the last of the day, the end not before the start',
    remedy: 'count from 1; an end is included',
  },
  'part-gap': {
    demand: 'intervals of 400 records follow each other',
    remedy: 'qualify the intervals between',
  },
  'part-overlap': {
    demand: 'no interval is qualified twice',
    remedy: 'begin after the end of the one before',
  },
  'part-variable': { demand: 'no V in a 400 record', remedy: 'write the quality of these intervals' },
  'parts-missing': {
    demand: 'a 300 record of quality V has 400 records',
    remedy: 'write what each interval is',
  },
  'parts-short': { demand: '400 records reach the last interval', remedy: 'qualify the rest of the day' },
  'parts-unexpected': {
    demand: '400 records under V, or under A to give reasons',
    remedy: 'write V in the 300 record, or take the 400 records out',
  },
  'parts-actual': {
    demand: '400 records under A are A',
    remedy: 'write V in the 300 record where some intervals are no actuals',
  },
  'read-outside': {
    demand: 'a 500 record follows a day',
    remedy: 'put it after the 300 record it belongs to',
  },
  'read-fields': {
    demand: '500 has 5 fields',
    remedy: 'write 500,TransCode,RetServiceOrder,ReadDateTime,IndexRead',
  },
  'read-code': { demand: 'a TransCode of A, C, D, E, G, N, O, R or S', remedy: 'write one of these' },
  'read-order': {
    demand: 'a service order of at most 15 characters',
    remedy: 'shorten it or leave it empty',
  },
  'read-time': { demand: 'a time that exists, YYYYMMDDhhmmss', remedy: 'write fourteen digits' },
  'read-index': { demand: 'an IndexRead of at most 15 digits', remedy: 'write the register as it was read' },
} as const satisfies Readonly<Record<string, Nem12RuleText>>

export type Nem12Rule = keyof typeof NEM12_RULES
