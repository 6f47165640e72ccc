# An nbdkit plugin: a disk with a volatile write cache. What is written stays in memory until a flush. Once the file FLAG
# is there, the power is cut at the next flush that has something to flush, the worst moment there is: a seeded half of
# those sectors reaches the medium MEDIA, whatever order they were written in, and every request fails from then on.
import errno, os, random
import nbdkit

API_VERSION = 2
SECTOR = 512
MEDIA, FLAG, SIZE = os.environ["MEDIA"], os.environ["FLAG"], int(os.environ["SIZE"])
random.seed(int(os.environ["SEED"]))

medium = None
cache = {}
dead = False
flushes = 0


def thread_model():
    return nbdkit.THREAD_MODEL_SERIALIZE_ALL_REQUESTS


def open(readonly):
    global medium
    if medium is None:
        medium = os.open(MEDIA, os.O_RDWR | os.O_CREAT)
        os.ftruncate(medium, SIZE)
    return 1


def get_size(handle):
    return SIZE


def can_write(handle):
    return True


def can_flush(handle):
    return True


def can_fua(handle):
    return nbdkit.FUA_NATIVE


def alive():
    if dead:
        nbdkit.set_error(errno.EIO)
        raise RuntimeError("the power is cut")


def cut_if_due():
    global dead
    if dead or not cache or not os.path.exists(FLAG):
        return
    dead = True
    reached = [sector for sector in cache if random.random() < 0.5]
    for sector in reached:
        os.pwrite(medium, cache[sector], sector * SECTOR)
    with os.fdopen(os.open(FLAG + ".log", os.O_WRONLY | os.O_CREAT), "w") as log:
        log.write('{"unflushed":%d,"reached":%d,"flushes":%d}' % (len(cache), len(reached), flushes))


def pread(handle, buffer, offset, flags):
    alive()
    data = bytearray(os.pread(medium, len(buffer), offset).ljust(len(buffer), b"\0"))
    for sector in range(offset // SECTOR, (offset + len(buffer)) // SECTOR):
        if sector in cache:
            at = sector * SECTOR - offset
            data[at : at + SECTOR] = cache[sector]
    buffer[:] = data


def pwrite(handle, buffer, offset, flags):
    alive()
    data = bytes(buffer)
    for at in range(0, len(data), SECTOR):
        cache[(offset + at) // SECTOR] = data[at : at + SECTOR]
    if flags & nbdkit.FLAG_FUA:
        cut_if_due()
        alive()
        for at in range(0, len(data), SECTOR):
            os.pwrite(medium, cache.pop((offset + at) // SECTOR), offset + at)


def flush(handle, flags):
    global flushes
    cut_if_due()
    alive()
    flushes += 1
    for sector, data in cache.items():
        os.pwrite(medium, data, sector * SECTOR)
    cache.clear()
