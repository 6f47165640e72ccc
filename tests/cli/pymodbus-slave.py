"""A Modbus slave of another make (pymodbus 3.0 as Debian ships it), with values whose meaning is known."""
import asyncio, struct, sys
from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server import StartAsyncTcpServer
from pymodbus.transaction import ModbusRtuFramer, ModbusSocketFramer

framer, port = sys.argv[1], int(sys.argv[2])
words = lambda data: list(struct.unpack('>%dH' % (len(data) // 2), data))
swapped = lambda data: list(reversed(words(data)))
holding = [0x1234] + words(struct.pack('>I', 12345678)) + words(struct.pack('>f', 230.5)) + swapped(struct.pack('>f', 50.25)) + [0] * 20
inputs = words(struct.pack('>h', -5)) + [0] * 20
# This version of pymodbus counts from 1 unless told otherwise.
slave = ModbusSlaveContext(hr=ModbusSequentialDataBlock(0, holding), ir=ModbusSequentialDataBlock(0, inputs), zero_mode=True)


async def main():
    server = asyncio.create_task(StartAsyncTcpServer(
        context=ModbusServerContext(slaves={1: slave}, single=False), address=('127.0.0.1', port),
        framer=ModbusRtuFramer if framer == 'rtu' else ModbusSocketFramer))
    while True:
        try:
            _, writer = await asyncio.open_connection('127.0.0.1', port)
            writer.close()
            break
        except OSError:
            await asyncio.sleep(0.05)
    print('ready', flush=True)
    await server

asyncio.run(main())
