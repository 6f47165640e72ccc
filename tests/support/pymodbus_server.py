"""A Modbus TCP server of another make (pymodbus 3.0 as Debian ships it), told ready when it takes connections."""
import asyncio
import logging
from pymodbus.datastore import ModbusServerContext
from pymodbus.server import StartAsyncTcpServer
from pymodbus.transaction import ModbusAsciiFramer, ModbusRtuFramer, ModbusSocketFramer

FRAMERS = {'tcp': ModbusSocketFramer, 'rtu': ModbusRtuFramer, 'ascii': ModbusAsciiFramer}


def serve(framer, port, slaves):
    """slaves by unit; framer is tcp, or rtu or ascii for such frames over TCP."""
    asyncio.run(_serve(framer, port, slaves))


async def _serve(framer, port, slaves):
    # A master that hangs up is no error of the test.
    logging.getLogger('pymodbus').setLevel(logging.CRITICAL)
    server = asyncio.create_task(StartAsyncTcpServer(
        context=ModbusServerContext(slaves=slaves, single=False), address=('127.0.0.1', port),
        framer=FRAMERS[framer]))
    while True:
        try:
            _, writer = await asyncio.open_connection('127.0.0.1', port)
            writer.close()
            break
        except OSError:
            await asyncio.sleep(0.05)
    print('ready', flush=True)
    await server
