"""A DL/T 645 master of another make: Python's standard library and its own codec. Prints what it read, as JSON."""
import datetime
import json
import socket
import sys

port, address, what = int(sys.argv[1]), sys.argv[2], sys.argv[3]
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


def energies(raw):
    return [number(raw[at:at + 4], 2) for at in range(0, len(raw), 4)]


def old(control, item):
    """One 1997 exchange: what control code came, and the data behind the identifier or the error word."""
    di = bytes.fromhex(item)[::-1]
    who, control, data = exchange(address, control, di)
    assert who == address
    if control & 0x40:
        return control, data
    assert data[:2] == di
    return control, data[2:]


def whole_old(item):
    """Asked by 01, the rest by 02 without a number; with how many parts it came in."""
    control, data = old(0x01, item)
    parts = [data]
    while control & 0x20:
        control, data = old(0x02, item)
        assert control in (0x82, 0xA2)
        parts.append(data)
    return b''.join(parts), len(parts)


def reads():
    block = read('0001FF00')
    fields = read('0506FF01').split(b'\xaa')
    return {
        'address': exchange('AA' * 6, 0x13, b'')[2][::-1].hex(),
        'total': number(read('00010000'), 2),
        'block': energies(block),
        'wildcard': number(read('00010000', 'AA' * 6), 2),
        'shortened': number(read('00010000', 'AA' * 3 + address[6:]), 2),
        'unknown': read('00FE0000'),
        'freezeBytes': len(read('0506FF01')),
        'frozenAt': fields[0][::-1].hex(),
        'frozen': energies(fields[1]),
        'alone': energies(read('05060101')),
        'date': read('04000101')[::-1].hex(),
        'relay': read('04000503')[::-1].hex(),
        'neighbour': exchange('%012d' % (int(address) + 1), 0x11, b'\x00\x00\x01\x00', silent=True),
        'broadcast': exchange('99' * 6, 0x08, b'\x00\x00\x00\x01\x01\x01', silent=True),
    }


def follow_ups():
    """Parts by number: the same one again is the same, one out of order is refused, and 11 begins anew."""
    di = bytes.fromhex('0506FF01')[::-1]
    part = lambda n: exchange(address, 0x12, di + bytes([n]))
    _, first, _ = exchange(address, 0x11, di)
    one, again, ahead = part(1), part(1), part(7)
    return {
        'first': '%02X' % first, 'again': one == again,
        'ahead': ['%02X' % ahead[1], ahead[2].hex()], 'joined': len(read('0506FF01')),
    }


def clock():
    text = read('04000101')[::-1].hex()[:6] + read('04000102')[::-1].hex()
    return datetime.datetime.strptime(text, '%y%m%d%H%M%S')


def wire_time(moment):
    return bytes.fromhex(moment.strftime('%S%M%H%d%m%y'))


def set_time():
    """By broadcast, forward by a minute: inside the five minutes a meter obeys, once."""
    before = clock()
    said = exchange('99' * 6, 0x08, wire_time(before + datetime.timedelta(minutes=1)), silent=True)
    once = clock()
    exchange('99' * 6, 0x08, wire_time(before + datetime.timedelta(minutes=3)), silent=True)
    return {
        'said': said,
        'ahead': round((once - before).total_seconds()), 'again': round((clock() - once).total_seconds()),
    }


def order(n1, level=b'\x02', password=b'\x00\x00\x00', late=5):
    """PA P0 P1 P2, operator, N1 N2, deadline by the meter's clock; then the relay as the meter tells it."""
    deadline = wire_time(clock() + datetime.timedelta(minutes=late))
    data = level + password + b'\x01\x00\x00\x00' + bytes([n1, 0]) + deadline
    _, control, error = exchange(address, 0x1C, data)
    status = int.from_bytes(read('04000503'), 'little')
    return ['%02X' % control, error.hex(), status >> 4 & 1]


def relay():
    return {
        'wrong': order(0x1A, password=b'\x11\x11\x11'), 'overdue': order(0x1A, late=-5),
        'trip': order(0x1A), 'permit': order(0x1B), 'close': order(0x1C),
        'protect': order(0x3A), 'refused': order(0x1A), 'release': order(0x3B),
    }


def old_reads():
    block, parts = whole_old('901F')
    control, last = old(0x03, '901F')
    return {
        'total': number(old(0x01, '9010')[1], 2), 'block': energies(block[:20]), 'tail': block[20:].hex(), 'parts': parts,
        'reread': ['%02X' % control, block.endswith(last) and len(last) > 0],
        'number': old(0x01, 'C032')[1][::-1].hex(),
        'unknown': ['%02X' % part if isinstance(part, int) else part.hex() for part in old(0x01, '9FFE')],
        'silentTo2007': exchange(address, 0x11, b'\x00\x00\x01\x00', silent=True),
    }


print(json.dumps({
    'reads': reads, 'follow-ups': follow_ups, 'set-time': set_time, 'relay': relay, 'old': old_reads,
}[what]()))
