"""Stands for systemd: binds the datagram socket given and prints each message, its time in ms first."""

import socket
import sys
import time

receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind(sys.argv[1])
print("listening", flush=True)
while True:
    # Descriptors that come along (BARRIER=1) are closed by not being taken.
    for line in receiver.recv(4096).decode().splitlines():
        print(int(time.time() * 1000), line, flush=True)
