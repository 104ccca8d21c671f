"""Opens a closed Conclave vault by docs/vault-format.md alone, and checks what that page lets another program check.

Usage: CONCLAVE_PASSPHRASE=... /usr/bin/python3 read_vault.py FOLDER MEMBER

It shares no code with the program: where the two agree, the page is complete. MEMBER is the shown name of a slot; for
the slot of the recovery key CONCLAVE_PASSPHRASE holds that key. It prints one JSON object and exits 0 if everything
holds, 1 if something does not, 2 for wrong use. The folder is only read; the decrypted database is a private temporary
file that goes in every case. It needs python3-cryptography and python3-nacl.
"""

import hashlib
import hmac
import json
import os
import signal
import sqlite3
import struct
import sys
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

sys.dont_write_bytecode = True  # the next import would leave a folder in the source tree
from header import Damage, WrongUse, about, demand, fingerprint, read_anchor, sha256, signed, subkey, unlock

PAGE, SALT, IV, TAG = 4096, 16, 16, 64
LOCK_PAGE = (1 << 30) // PAGE + 1  # SQLite never writes the page at 1 GiB, so it has no MAC


# The database


def decrypt(source, key, target):
    """SQLCipher 4, its defaults and a raw key: a page ends in IV and MAC, a salt stands for the file's first bytes."""
    demand(source.is_file(), "missing")
    pages, rest = divmod(source.stat().st_size, PAGE)
    demand(pages and not rest, "not a whole number of pages")
    with source.open("rb") as file:
        salt = file.read(SALT)
        mac_key = hashlib.pbkdf2_hmac("sha512", key, bytes(byte ^ 0x3A for byte in salt), 2, 32)
        target.write(b"SQLite format 3\0")
        for at in range(1, pages + 1):
            page = file.read(PAGE if at > 1 else PAGE - SALT)
            body, tag = page[:-TAG], page[-TAG:]
            genuine = hmac.digest(mac_key, body + struct.pack("<I", at), "sha512") == tag
            demand(genuine or at == LOCK_PAGE, f"page {at} of {pages} has a wrong MAC")
            plain = Cipher(algorithms.AES(key), modes.CBC(body[-IV:])).decryptor().update(body[:-IV])
            if at == 1:  # a file cut between two pages keeps every MAC; only SQLite's own count of pages shows it
                demand(int.from_bytes(plain[28 - SALT : 32 - SALT], "big") == pages, "pages are missing or added")
            target.write(plain + bytes(IV + TAG))


@contextmanager
def database(source, key):
    """A connection to the decrypted file, which no other user can read and which is removed in every case."""
    with tempfile.TemporaryDirectory() as private:  # made with mode 0700
        plain = Path(private, "plain.db")
        with open(os.open(plain, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
            decrypt(source, key, target)
        # immutable, because the header says that there is a log and SQLite would want to make one
        with closing(sqlite3.connect(f"file:{plain}?immutable=1", uri=True)) as connection:
            try:
                yield connection
            except sqlite3.Error as error:
                raise Damage(str(error)) from None


# The journal


class Bytes:
    """Takes an entry apart from front to back."""

    def __init__(self, raw):
        self.raw, self.at = raw, 0

    def take(self, length):
        self.at += length
        demand(self.at <= len(self.raw), "the entry ends too early")
        return self.raw[self.at - length : self.at]

    def number(self, length):
        return int.from_bytes(self.take(length), "big")

    def one_of(self, *allowed):
        value = self.number(1)
        demand(value in allowed, f"a byte of the entry is {value}")
        return value

    def text(self):
        try:
            return self.take(self.number(2)).decode()
        except UnicodeDecodeError:
            raise Damage("a text of the entry is not UTF-8") from None

    def listed(self, item):
        return [item() for _ in range(self.number(4))]


def parse(canonical):
    it = Bytes(canonical)
    entry = {"seq": it.number(8), "at": it.number(8), "generation": it.number(8), "actor": it.take(16)}
    entry |= {"key": it.take(32), "before": it.take(32), "call": it.text(), "refused": it.one_of(0, 1)}
    entry["subjects"] = it.listed(lambda: (it.text(), it.take(16), it.take(32) if it.one_of(0, 1) else None))
    entry["keys"] = it.listed(lambda: (it.one_of(1, 2), it.take(16), it.take(32), it.one_of(0, 1)))
    entry["erasures"] = it.listed(lambda: (it.number(8), it.number(4)))
    entry["facts"] = it.listed(lambda: (it.text(), it.text()))
    demand(it.at == len(canonical), "bytes after the end of the entry")
    return entry


class Journal:
    """What is known after the entries read so far."""

    def __init__(self, vault_id):
        self.head = sha256(b"conclave genesis v1", vault_id)
        self.seq, self.generation = 0, 1
        self.hashes = {}  # by number
        self.owners, self.in_force = {}, {}  # public key to member, public key to its right to grant
        self.commitments, self.erased = {}, set()

    def add(self, row):
        """Takes one row of the table. What is wrong in it does not keep the next entries from being checked."""
        seq, at, actor, call, refused, canonical, kept_hash, signature = row
        types = [type(each) for each in (seq, canonical, kept_hash, signature)]
        demand(types == [int, bytes, bytes, bytes], "the columns are of other types")
        before, self.head = self.head, sha256(b"conclave journal v1", canonical)
        last, self.seq = self.seq, seq
        self.hashes[seq] = self.head
        entry = parse(canonical)
        self.note_payloads(entry)
        demand(entry["seq"] == seq == last + 1, "does not have the next number")
        columns = tuple(entry[name] for name in ("at", "actor", "call", "refused"))
        demand(columns == (at, actor, call, refused), "the columns say something else than the entry")
        demand(kept_hash == self.head, "wrong hash")
        demand(entry["before"] == before, "does not follow the entry before")
        demand(signed(entry["key"], self.head, signature), "wrong signature")
        demand(entry["generation"] >= self.generation, "the generation goes back")
        self.generation = entry["generation"]
        if seq == 1:
            founding = (1, entry["actor"], entry["key"], 1)
            demand(entry["keys"][:1] == [founding], "the first entry does not grant its actor the first key")
        else:
            demand(entry["key"] in self.in_force, "signed with a key that is not in force")
            demand(self.owners[entry["key"]] == entry["actor"], "signed with the key of another member")
        self.change_keys(entry)
        self.note_erasures(entry)

    def change_keys(self, entry):
        first, may_grant = entry["seq"] == 1, self.in_force.get(entry["key"])
        demand(first or may_grant or not entry["keys"], "changes keys without the right to")
        for action, member, key, grants in entry["keys"]:
            demand(action == 1 or key in self.in_force, "revokes a key that is not in force")
            demand(self.owners.setdefault(key, member) == member, "names a key of another member")
            if action == 1:
                self.in_force[key] = grants
            else:
                del self.in_force[key]

    def note_erasures(self, entry):
        for place in entry["erasures"]:
            demand(place[0] < entry["seq"] and place in self.commitments, "erases what no earlier entry has")
            self.erased.add(place)

    def note_payloads(self, entry):
        for position, (_, _, commitment) in enumerate(entry["subjects"]):
            if commitment:
                self.commitments[entry["seq"], position] = commitment

    def payload_problems(self, rows):
        kept = {}
        for seq, position, salt, payload in rows:
            demand(type(salt) is bytes and len(salt) == 32, "a payload has no salt")
            kept[seq, position] = sha256(b"conclave payload v1", salt, payload)
        for place in sorted(self.commitments.keys() | kept.keys()):
            expected = None if place in self.erased else self.commitments.get(place)
            if kept.get(place) != expected:
                yield f"payload {place[1]} of entry {place[0]} is not the one that the journal names"


def read_journal(connection, vault_id, problems):
    journal = Journal(vault_id)
    columns = "seq, at, actor, call, refused, canonical, hash, signature"
    for row in connection.execute(f"SELECT {columns} FROM journal ORDER BY seq"):
        try:
            journal.add(row)
        except Damage as damage:
            problems.append(f"entry {row[0]}: {damage}")
    payloads = connection.execute("SELECT seq, n, salt, CAST(body AS BLOB) FROM payload")
    problems.extend(journal.payload_problems(payloads))
    demand(1 in journal.hashes, "the journal lacks its first entry")
    return journal


def check_head(journal, header, anchor):
    demand(journal.generation <= header["generation"], "the journal is of a later generation than the header")
    if anchor:
        confirmed = journal.hashes.get(anchor["seq"])
        demand(confirmed == anchor["hash"], "the journal lacks the entry of the anchor")
        demand(journal.owners.get(anchor["actor_key"]) == anchor["actor"], "the anchor's key is not its actor's")


# The whole vault


def read_vault(folder, name, typed, summary):
    header, data_key = unlock(folder, name, typed, summary["problems"])
    summary |= {"vault_id": str(UUID(bytes=header["vault_id"])), "name": header["name"]}
    summary |= {"generation": header["generation"], "members": [slot["name"] for slot in header["slots"]]}
    anchor = None
    try:
        anchor = read_anchor(folder, header, data_key)
    except Damage as damage:
        summary["problems"].append(str(damage))
    source = folder / f"vault-{header['generation']}.db"
    log = source.with_name(source.name + "-wal")
    if log.exists() and log.stat().st_size:
        raise WrongUse(f"{log.name} is not empty: close the vault first")
    with about(source.name), database(source, subkey(header, data_key, "database")) as connection:
        tables = "SELECT count(*) FROM sqlite_schema WHERE type = 'table'"
        summary["tables"] = connection.execute(tables).fetchone()[0]
        journal = read_journal(connection, header["vault_id"], summary["problems"])
        summary |= {"entries": len(journal.hashes), "head": journal.head.hex()}
        summary["genesis"] = fingerprint(journal.hashes[1])
        check_head(journal, header, anchor)


def main(arguments):
    summary = {"problems": []}
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, lambda *_: sys.exit(2))  # leaves every block, so the decrypted file goes
    try:
        if len(arguments) != 2 or "CONCLAVE_PASSPHRASE" not in os.environ:
            raise WrongUse("FOLDER and MEMBER are needed, and the passphrase in CONCLAVE_PASSPHRASE")
        folder = Path(arguments[0])
        if not folder.is_dir():
            raise WrongUse(f"{folder} is not a folder")
        read_vault(folder, arguments[1], os.environb[b"CONCLAVE_PASSPHRASE"].decode(), summary)
    except (WrongUse, UnicodeDecodeError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    except Damage as damage:
        summary["problems"].append(str(damage))
    print(json.dumps(summary, ensure_ascii=False, indent=1))
    return 1 if summary["problems"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
