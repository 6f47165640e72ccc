"""
A DL/T 645 slave of another make, 2007 and 1997: Python's standard library, its own codec, values whose meaning is known.
Words behind its name: "no-blocks" refuses what has F in the place of an item, "silent-blocks" does not answer it.
"""
import socket
import sys

ADDRESS = '000000004711'
HELD = {
    '00010000': '12345678', '0001FF00': '12345678' '00000111' '12345567', '00010100': '00000111',
    '00000000': '80012345',            # negative: the top bit is the sign
    '02010100': '2205', '02020100': '801234', '02800002': '5001',
    '04000101': '26112106', '04000102': '143059', '04000503': '0010',
    '01010000': '2611200815' '034567', '05060001': '2611210000', '05060101': '12345000' '00000100',
}
OLD = {
    '9010': '12345678', 'B611': '0221', 'C020': '10', 'C032': '000000004711', 'C010': '26112106', 'C011': '143059',
    '9011': '00000111', '9012': '12345567',
}
# In three parts, the last ended by AA: total and four tariffs.
OLD_PARTS = {'901F': ['12345678' '00000111', '12344867' '00000300', '00000400']}
MODES = set(sys.argv[1:])
LONG = {'03300201': ''.join('%02d' % (n % 100) for n in range(202))}


def wire(text, width=None):
    """High byte first as written, low byte first as sent; several values of one width stay in their order."""
    raw = bytes.fromhex(text)
    parts = [raw[at:at + (width or len(raw))] for at in range(0, len(raw), width or len(raw))]
    return b''.join(part[::-1] for part in parts)


def frame(control, data):
    body = b'\x68' + wire(ADDRESS) + b'\x68' + bytes([control, len(data)]) + bytes((b + 0x33) % 256 for b in data)
    return body + bytes([sum(body) % 256, 0x16])


def called(address):
    own = wire(ADDRESS)
    real = [(a, b) for a, b in zip(address, own) if a != 0xAA]
    return all(a == b for a, b in real)


places = {}


def answer_old(control, data):
    """01 begins, 02 goes on without a number, 03 says the last part again."""
    item = data[:2][::-1].hex().upper()
    if item.endswith('F') and MODES & {'no-blocks', 'silent-blocks'}:
        return frame(0xC0 | control, b'\x02') if 'no-blocks' in MODES else None
    if control == 0x01 and item in OLD:
        return frame(0x81, data[:2] + wire(OLD[item]))
    parts = OLD_PARTS.get(item)
    if not parts:
        return frame(0xC0 | control, b'\x02')
    places[item] = 0 if control == 0x01 else places.get(item, 0) + (control == 0x02)
    if places[item] >= len(parts):
        return frame(0xC0 | control, b'\x02')
    is_last = places[item] == len(parts) - 1
    body = wire(parts[places[item]], 4) + (b'\xaa' if is_last else b'')
    return frame((0x80 if is_last else 0xA0) | control, data[:2] + body)


def answer(control, data):
    if control in (0x01, 0x02, 0x03):
        return answer_old(control, data)
    item = data[:4][::-1].hex().upper()
    if 'FF' in item and MODES & {'no-blocks', 'silent-blocks'}:
        return frame(0xC0 | control, b'\x02') if 'no-blocks' in MODES else None
    if control == 0x13:
        return frame(0x93, wire(ADDRESS))
    if control == 0x11 and item in HELD:
        value = HELD[item]
        width = 4 if item in ('0001FF00', '05060101') else None
        # A demand is value, then time, each low byte first.
        body = wire(value[10:]) + wire(value[:10]) if item == '01010000' else wire(value, width)
        return frame(0x91, data[:4] + body)
    if control == 0x11 and item in LONG:
        return frame(0xB1, data[:4] + wire(LONG[item])[:100])
    if control == 0x12 and item in LONG:
        sequence = data[4]
        rest = wire(LONG[item])[100 * sequence:100 * (sequence + 1)]
        more = 100 * (sequence + 1) < len(wire(LONG[item]))
        return frame(0xB2 if more else 0x92, data[:4] + rest + bytes([sequence]))
    if control in (0x11, 0x12):
        return frame(0xD1, b'\x02')
    return None


def serve(connection):
    heard = b''
    while True:
        more = connection.recv(4096)
        if not more:
            return
        heard += more
        while True:
            start = heard.find(b'\x68')
            if start < 0 or len(heard) < start + 12 or len(heard) < start + 12 + heard[start + 9]:
                break
            end = start + 12 + heard[start + 9]
            whole = heard[start:end]
            heard = heard[end:]
            if whole[7] != 0x68 or whole[-1] != 0x16 or sum(whole[:-2]) % 256 != whole[-2]:
                continue
            if not called(whole[1:7]):
                continue
            reply = answer(whole[8], bytes((b - 0x33) % 256 for b in whole[10:-2]))
            if reply:
                # Preamble, a false start and the reply in two pieces, as serial servers bring them.
                connection.sendall(b'\xfe\xfe\x68\x00')
                connection.sendall(reply[:7])
                connection.sendall(reply[7:])


with socket.create_server(('127.0.0.1', 0)) as listener:
    print(listener.getsockname()[1], flush=True)
    while True:
        peer, _ = listener.accept()
        with peer:
            serve(peer)
