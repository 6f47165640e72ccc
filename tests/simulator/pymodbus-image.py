"""A Modbus slave of another make (pymodbus 3.0 as Debian ships it) that holds given registers.

pymodbus-image.py FRAMER PORT IMAGE: FRAMER is tcp, rtu or ascii; IMAGE is JSON, {unit: {"3": {address: word}, "4": {...}}}.
"""
import json, os, sys
from pymodbus.datastore import ModbusSlaveContext, ModbusSparseDataBlock

sys.path.append(os.path.join(os.path.dirname(__file__), '..', 'support'))
from pymodbus_server import serve

framer, port = sys.argv[1], int(sys.argv[2])
with open(sys.argv[3]) as file:
    image = json.load(file)


def block(words):
    # An empty block is no block to this version; the last address is held by no meter here.
    return ModbusSparseDataBlock({int(address): word for address, word in words.items()} or {65535: 0})


# This version counts from 1 unless told otherwise.
slaves = {
    int(unit): ModbusSlaveContext(hr=block(spaces.get('3', {})), ir=block(spaces.get('4', {})), zero_mode=True)
    for unit, spaces in image.items()
}

serve(framer, port, slaves)
