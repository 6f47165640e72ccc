/** The example a written Modbus profile must have, of a register at 0x0000 in two words of hundredths. */
export const MODBUS_EXAMPLE = `examples:
  - source: "constructed: 1234.56 kWh"
    address: "1"
    obis: "1-0:1.8.0"
    value: "1234.56"
    send: "01 03 00 00 00 02 C4 0B"
    reply: "01 03 04 00 01 E2 40 E2 A3"
`
