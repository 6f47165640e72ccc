"""A serial wire's time between a master and simulated meters: each byte leaves one character's time after the one before
it, never early. In Python because its waits are good to a tenth of a millisecond, where Node's are whole ones.

wire.py BAUD PORT [NAME]: connects to the meters' port, makes a pty under that name for the master, or takes a port for it
and writes which, and carries bytes until it is ended.
"""

import os
import pty
import select
import socket
import sys
import time
import tty

BITS_PER_CHARACTER = 11
# Bytes that are due are handed over together when more are to follow soon; the last of a frame is never kept waiting.
TOGETHER_S = 0.002


class Way:
    def __init__(self, source, sink, character_s):
        self.source, self.sink, self.character_s = source, sink, character_s
        self.waiting = bytearray()
        self.next_at = 0.0

    def take(self, now):
        try:
            more = os.read(self.source, 4096)
        except (BlockingIOError, OSError):
            return
        if not self.waiting:
            self.next_at = max(self.next_at, now + self.character_s)
        self.waiting += more

    def give(self, now):
        due = min(len(self.waiting), int((now - self.next_at) / self.character_s) + 1) if self.waiting else 0
        if due <= 0:
            return
        os.write(self.sink, self.waiting[:due])
        del self.waiting[:due]
        self.next_at += due * self.character_s

    def wakes_at(self, now):
        if not self.waiting:
            return None
        last = self.next_at + (len(self.waiting) - 1) * self.character_s
        return min(last, max(self.next_at, now + TOGETHER_S))


def at_once():
    """A wire does not wait for a processor; where that is not ours to say it does."""
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(20))
    except PermissionError:
        pass


def at_once_from(end):
    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return end.fileno()


def main():
    baud, port = int(sys.argv[1]), int(sys.argv[2])
    at_once()
    meters = socket.create_connection(("127.0.0.1", port))
    far = at_once_from(meters)
    if len(sys.argv) > 3:
        near, theirs = pty.openpty()
        tty.setraw(theirs)
        os.symlink(os.ttyname(theirs), sys.argv[3])
        print("ready", flush=True)
    else:
        listening = socket.create_server(("127.0.0.1", 0))
        print(listening.getsockname()[1], flush=True)
        master, _ = listening.accept()
        near = at_once_from(master)
    for end in (near, far):
        os.set_blocking(end, False)
    character_s = BITS_PER_CHARACTER / baud
    ways = {near: Way(near, far, character_s), far: Way(far, near, character_s)}
    while True:
        now = time.monotonic()
        wakes = [at for at in (way.wakes_at(now) for way in ways.values()) if at is not None]
        timeout = max(0.0, min(wakes) - now) if wakes else None
        readable, _, _ = select.select(list(ways), [], [], timeout)
        now = time.monotonic()
        for source in readable:
            ways[source].take(now)
        for way in ways.values():
            way.give(now)


main()
