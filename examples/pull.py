#!/usr/bin/env python3
"""A billing system's pull, with Python's standard library alone: everything that was released, once, corrections
included, with proof.

    METERD_KEY=… examples/pull.py http://127.0.0.1:8645 STATE

STATE is a folder; what is in it, and how this may be killed at any point, is in examples/README.md.
Ends with 0 when all is here, with 1 when it could not go on (run it again), with 3 when something needs a person.
"""

import gzip
import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
import time
import urllib.error
import urllib.request
from decimal import Context, Decimal
from pathlib import Path

# More digits than any sum of registers has, so nothing is ever rounded.
EXACT = Context(prec=100)
TRIES = 5


class Refused(Exception):
    """An answer that is a problem: its status and its words."""

    def __init__(self, status, problem):
        super().__init__(f"{problem.get('code')}: {problem.get('detail')}")
        self.status = status


def ask(path, body=None):
    """The bytes of an answer; waits and asks again where the gateway is busy."""
    headers = {"Authorization": f"Bearer {KEY}", "Accept-Encoding": "gzip"}
    data = None if body is None else json.dumps(body).encode()
    if data is not None:
        headers["Content-Type"] = "application/json"
    for tries in range(TRIES):
        request = urllib.request.Request(GATEWAY + path, data, headers)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                text = answer.read()
                packed = answer.headers.get("Content-Encoding") == "gzip"
                return gzip.decompress(text) if packed else text
        except urllib.error.HTTPError as error:
            if error.code in (429, 503) and tries < TRIES - 1:
                time.sleep(int(error.headers.get("Retry-After") or 1))
                continue
            raise Refused(error.code, json.loads(error.read() or b"{}")) from None
    raise AssertionError


def keep(path, data):
    """Writes a file so that it is there whole or not at all, also after a power cut."""
    handle, name = tempfile.mkstemp(dir=STATE, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.rename(name, path)
    except BaseException:
        os.unlink(name)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def claim():
    """A folder holds what was pulled by one choice of boundaries: periods of two overlap."""
    note = STATE / "at"
    claimed = note.read_text().strip() if note.exists() else "all" if list(STATE.glob("epoch-*")) else AT
    if claimed != AT:
        raise ValueError(f"{STATE} is pulled with AT={claimed}; take another folder for AT={AT}")
    if AT != "all":
        keep(note, f"{AT}\n".encode())


def pages_in(folder):
    return sorted(folder.glob("page-*.json"))


def pull():
    """Takes in every page there is. Answers the folder they are in, and up to which number they go."""
    lives = sorted(int(one.name[6:]) for one in STATE.glob("epoch-*"))
    epoch = lives[-1] if lives else None
    while True:
        folder = STATE / f"epoch-{epoch}"
        here = pages_in(folder)
        after = int(re.sub(r"\D", "", here[-1].name)) if here else 0
        data = ask(f"/v1/billing/changes?after={after}&limit={LIMIT}&at={AT}")
        page = json.loads(data)
        if page["epoch"] != epoch:
            if epoch is not None:
                print(
                    f"the store began a new life: all is pulled again into epoch-{page['epoch']}; "
                    f"compare it with epoch-{epoch}",
                    file=sys.stderr,
                )
            epoch = page["epoch"]
            (STATE / f"epoch-{epoch}").mkdir(exist_ok=True)
            continue
        if page["next"] == after:
            return folder, after
        for gap in page["gaps"]:
            print(
                f"numbers {gap['first']} to {gap['last']} are damaged or lost; "
                "what they held comes again under new ones",
                file=sys.stderr,
            )
        keep(folder / f"page-{page['next']:015}.json", data)


def written(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


def fold(folder):
    """What the pages come to: every release as it was sent, and the periods that hold now."""
    releases, periods = [], {}
    for path in pages_in(folder):
        for change in json.loads(path.read_bytes())["changes"]:
            releases.append(change["release"])
            for one in change["ended"]:
                periods.pop(f"{one['meter']} {one['from']} {one['to']}", None)
            for one in change["periods"]:
                periods[f"{one['meter']} {one['from']} {one['to']}"] = one
    keep(STATE / "releases.ndjson", "".join(map(written, releases)).encode())
    keep(STATE / "periods.ndjson", "".join(written(periods[key]) for key in sorted(periods)).encode())
    return releases


def totals_of(releases):
    sums = {}
    for register in (one for release in releases for one in release["registers"]):
        place = (register["obis"], register["unit"])
        count, total = sums.get(place, (0, Decimal(0)))
        sums[place] = (count + 1, EXACT.add(total, Decimal(register["value"])))
    return [
        {"obis": obis, "unit": unit, "count": count, "sum": f"{total:f}"}
        for (obis, unit), (count, total) in sums.items()
    ]


def prove(folder, releases, reached):
    """Counts, sums and hashes each batch that is here whole, and acknowledges it. True when all are as released."""
    note = folder / "acknowledged"
    last = int(note.read_text()) if note.exists() else 0
    sound = True
    while True:
        try:
            batches = json.loads(ask(f"/v1/billing/batches?after={last}&limit=100"))["batches"]
        except Refused as refused:
            if refused.status == 403:  # Batches are of all meters, this key is not.
                return sound
            raise
        for batch in (one["batch"] for one in batches):
            if batch["last"] > reached:
                return sound
            own = [one for one in releases if batch["first"] <= one["sequence"] <= batch["last"]]
            text = f"{batch['previous']}\n" + "".join(map(written, own))
            digest = hashlib.sha256(text.encode()).hexdigest()
            taken = {"hash": digest, "releases": len(own), "totals": totals_of(own)}
            try:
                if digest != batch["hash"]:
                    raise Refused(409, {"code": f"batch {batch['id']}", "detail": "is not what was released"})
                ask(f"/v1/billing/batches/{batch['id']}/ack", taken)
            except Refused as refused:
                if refused.status != 409:
                    raise
                print(refused, file=sys.stderr)
                sound = False
            last = batch["id"]
            if sound:
                keep(note, f"{last}\n".encode())
        if not batches:
            return sound


if len(sys.argv) != 3 or "METERD_KEY" not in os.environ:
    sys.exit(f"METERD_KEY=… {sys.argv[0]} URL STATE")
GATEWAY, STATE = sys.argv[1], Path(sys.argv[2])
KEY, LIMIT = os.environ["METERD_KEY"], int(os.environ.get("LIMIT", "1000"))
# The boundaries that are billed by: days of the month such as 1,11,21; or all there are.
AT = os.environ.get("AT", "all")
STATE.mkdir(parents=True, exist_ok=True)
for left in STATE.glob(".new-*"):  # What an earlier run was writing when it was killed.
    shutil.rmtree(left) if left.is_dir() else left.unlink()
try:
    claim()
    pulled, upto = pull()
    taken = fold(pulled)
    # A batch is of all boundaries.
    if AT == "all" and not prove(pulled, taken, upto):
        sys.exit(3)
except (Refused, OSError, EOFError, ValueError) as error:
    sys.exit(str(error))
