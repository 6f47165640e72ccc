"""A Modbus slave of another make (pymodbus 3.0 as Debian ships it), with values whose meaning is known."""
import os, struct, sys
from pymodbus.datastore import ModbusSequentialDataBlock, ModbusSlaveContext

sys.path.append(os.path.join(os.path.dirname(__file__), '..', 'support'))
from pymodbus_server import serve

framer, port = sys.argv[1], int(sys.argv[2])
words = lambda data: list(struct.unpack('>%dH' % (len(data) // 2), data))
swapped = lambda data: list(reversed(words(data)))
holding = [0x1234] + words(struct.pack('>I', 12345678)) + words(struct.pack('>f', 230.5)) + swapped(struct.pack('>f', 50.25)) + [0] * 20
inputs = words(struct.pack('>h', -5)) + [0] * 20
# This version of pymodbus counts from 1 unless told otherwise.
slave = ModbusSlaveContext(hr=ModbusSequentialDataBlock(0, holding), ir=ModbusSequentialDataBlock(0, inputs), zero_mode=True)

serve(framer, port, {1: slave})
