"""A slave of another make: libmodbus itself, called from Python so that no test needs a compiler.

libmodbus_server.py tcp IMAGE        any unit of the image, one connection after the other; prints its port
libmodbus_server.py rtu IMAGE PATH   the one unit of the image on a serial port, 9600 8N1; prints "ready"
IMAGE is JSON, {unit: {"3": {address: word}, "4": {...}}}; all other registers and all coils are there and 0.
"""
import ctypes, json, os, socket, sys
from ctypes import POINTER, byref, c_int, c_uint8, c_uint16, c_void_p

ALL = 65536
LONGEST = 260


class Mapping(ctypes.Structure):
    """modbus_mapping_t of modbus.h 3.1."""
    _fields_ = [(name, c_int) for name in (
        'nb_bits', 'start_bits', 'nb_input_bits', 'start_input_bits',
        'nb_input_registers', 'start_input_registers', 'nb_registers', 'start_registers')] + [
        ('tab_bits', POINTER(c_uint8)), ('tab_input_bits', POINTER(c_uint8)),
        ('tab_input_registers', POINTER(c_uint16)), ('tab_registers', POINTER(c_uint16))]


library = ctypes.CDLL('libmodbus.so.5')
library.modbus_new_tcp.restype = c_void_p
library.modbus_new_rtu.restype = c_void_p
library.modbus_new_rtu.argtypes = [ctypes.c_char_p, c_int, ctypes.c_char, c_int, c_int]
library.modbus_mapping_new.restype = POINTER(Mapping)
for name in ('modbus_tcp_listen', 'modbus_tcp_accept', 'modbus_receive', 'modbus_reply', 'modbus_set_slave',
             'modbus_connect', 'modbus_close', 'modbus_get_header_length'):
    getattr(library, name).argtypes = None


def mapping(spaces):
    held = library.modbus_mapping_new(ALL, ALL, ALL, ALL)
    for address, word in spaces.get('3', {}).items():
        held.contents.tab_registers[int(address)] = word
    for address, word in spaces.get('4', {}).items():
        held.contents.tab_input_registers[int(address)] = word
    return held


def answer(slave, units, lowest):
    """Requests of one connection, until it is closed; of an RTU line for ever."""
    request = (c_uint8 * LONGEST)()
    unit_at = library.modbus_get_header_length(slave) - 1
    while (length := library.modbus_receive(slave, request)) >= lowest:
        if length > 0 and (held := units.get(request[unit_at])):
            library.modbus_reply(slave, request, c_int(length), held)


with open(sys.argv[2]) as file:
    units = {int(unit): mapping(spaces) for unit, spaces in json.load(file).items()}

if sys.argv[1] == 'tcp':
    slave = c_void_p(library.modbus_new_tcp(b'127.0.0.1', 0))
    ears = library.modbus_tcp_listen(slave, 8)
    print(socket.socket(fileno=os.dup(ears)).getsockname()[1], flush=True)
    listening = c_int(ears)
    while library.modbus_tcp_accept(slave, byref(listening)) >= 0:
        answer(slave, units, 0)
        library.modbus_close(slave)
else:
    slave = c_void_p(library.modbus_new_rtu(sys.argv[3].encode(), 9600, b'N', 8, 1))
    library.modbus_set_slave(slave, c_int(next(iter(units))))
    if library.modbus_connect(slave) != 0:
        sys.exit('the port does not open')
    print('ready', flush=True)
    while True:
        answer(slave, units, 0)
