"""A DL/T 645-2007 master of another make: Python's standard library and its own codec. Prints what it read, as JSON."""
import json
import socket
import sys

port, address = int(sys.argv[1]), sys.argv[2]
link = socket.create_connection(('127.0.0.1', port), timeout=5)


def exchange(to, control, data, silent=False):
    body = b'\x68' + bytes.fromhex(to)[::-1] + b'\x68' + bytes([control, len(data)])
    body += bytes((b + 0x33) % 256 for b in data)
    link.sendall(b'\xfe' * 4 + body + bytes([sum(body) % 256, 0x16]))
    if silent:
        link.settimeout(0.6)
        try:
            return link.recv(1).hex()
        except socket.timeout:
            return 'silence'
        finally:
            link.settimeout(5)
    heard = b''
    while True:
        heard += link.recv(4096)
        start = heard.find(b'\x68')
        if start < 0 or len(heard) < start + 12 or len(heard) < start + 12 + heard[start + 9]:
            continue
        whole = heard[start:start + 12 + heard[start + 9]]
        assert whole[7] == 0x68 and whole[-1] == 0x16 and sum(whole[:-2]) % 256 == whole[-2], whole.hex()
        return whole[1:7][::-1].hex(), whole[8], bytes((b - 0x33) % 256 for b in whole[10:-2])


def read(item, to=address):
    """The data behind the identifier, follow-up frames joined; or the error word."""
    di = bytes.fromhex(item)[::-1]
    who, control, data = exchange(to, 0x11, di)
    assert who == address
    if control == 0xD1:
        return 'error %02X' % data[0]
    assert data[:4] == di
    whole, sequence = data[4:], 0
    while control & 0x20:
        sequence += 1
        _, control, data = exchange(to, 0x12, di + bytes([sequence]))
        assert control in (0x92, 0xB2) and data[:4] == di and data[-1] == sequence
        whole += data[4:-1]
    return whole


def number(raw, decimals):
    digits = raw[::-1].hex()
    sign = ''
    if int(digits[0], 16) >= 8:
        digits, sign = str(int(digits[0], 16) - 8) + digits[1:], '-'
    assert digits.isdigit(), digits
    return '%s%d.%s' % (sign, int(digits[:-decimals]), digits[-decimals:])


block = read('0001FF00')
freeze = read('0506FF01')
fields = freeze.split(b'\xaa')
print(json.dumps({
    'address': exchange('AA' * 6, 0x13, b'')[2][::-1].hex(),
    'total': number(read('00010000'), 2),
    'block': [number(block[at:at + 4], 2) for at in range(0, len(block), 4)],
    'wildcard': number(read('00010000', 'AA' * 6), 2),
    'shortened': number(read('00010000', 'AA' * 3 + address[6:]), 2),
    'unknown': read('00FE0000'),
    'freezeBytes': len(freeze),
    'frozenAt': fields[0][::-1].hex(),
    'frozen': [number(fields[1][at:at + 4], 2) for at in range(0, len(fields[1]), 4)],
    'alone': [number(part, 2) for part in [read('05060101')[at:at + 4] for at in range(0, 20, 4)]],
    'date': read('04000101')[::-1].hex(),
    'relay': read('04000503')[::-1].hex(),
    'neighbour': exchange('%012d' % (int(address) + 1), 0x11, b'\x00\x00\x01\x00', silent=True),
    'broadcast': exchange('99' * 6, 0x08, b'\x00\x00\x00\x01\x01\x01', silent=True),
}))
