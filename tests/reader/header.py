"""What both halves of the reader need, and the first of them: keys.json, the anchor, and the way from a secret to the
data key, by docs/vault-format.md alone. See read_vault.py.
"""

import hashlib
import hmac
import json
import re
import struct
import unicodedata
from contextlib import contextmanager
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from nacl import bindings as sodium
from nacl.exceptions import BadSignatureError, CryptoError

FORMAT = 1
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
KEM, SUITE = b"KEM\x00\x20", b"HPKE\x00\x20\x00\x01\x00\x03"


class Damage(Exception):
    """Something that the page demands does not hold."""


class WrongUse(Exception):
    """The call was wrong, whatever the vault is like."""


def demand(holds, what):
    if not holds:
        raise Damage(what)


@contextmanager
def about(name):
    try:
        yield
    except Damage as damage:
        raise Damage(f"{name}: {damage}") from None


# Bytes and keys


def u32(number):
    return struct.pack(">I", number)


def u64(number):
    return struct.pack(">Q", number)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def hmac256(key, *parts):
    return hmac.digest(key, b"".join(parts), "sha256")


def expand(key, info, length=32):
    """HKDF-Expand; nothing here needs more than the first block."""
    return hmac256(key, info, b"\x01")[:length]


def hkdf(salt, secret, info):
    return expand(hmac256(salt, secret), info)


def subkey(header, data_key, name):
    return hkdf(header["vault_id"], data_key, f"conclave subkey {name} v1".encode())


def signed(public, message, signature):
    """Ed25519 as libsodium verifies it: strictly."""
    try:
        return sodium.crypto_sign_open(signature + message, public) == message
    except BadSignatureError:
        return False


def fingerprint(genesis):
    bits = int.from_bytes(genesis[:20], "big")
    digits = "".join(CROCKFORD[bits >> shift & 31] for shift in range(155, -1, -5))
    return "-".join(digits[at : at + 4] for at in range(0, 32, 4))


def unseal(sealed, data, nonce, key):
    try:
        return sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(sealed, data, nonce, key)
    except CryptoError:
        return None


def hpke_open(private, public, enc, info, sealed):
    """RFC 9180, base mode, for the one suite of the format; None if it does not open."""

    def extract(suite, salt, label, secret):
        return hmac256(salt, b"HPKE-v1", suite, label, secret)

    def labelled(suite, key, label, context, length):
        return expand(key, struct.pack(">H", length) + b"HPKE-v1" + suite + label + context, length)

    try:
        exchanged = sodium.crypto_scalarmult(private, enc)
        shared = labelled(KEM, extract(KEM, b"", b"eae_prk", exchanged), b"shared_secret", enc + public, 32)
        hashes = extract(SUITE, b"", b"psk_id_hash", b"") + extract(SUITE, b"", b"info_hash", info)
        secret = extract(SUITE, shared, b"secret", b"")
        key = labelled(SUITE, secret, b"key", b"\x00" + hashes, 32)
        nonce = labelled(SUITE, secret, b"base_nonce", b"\x00" + hashes, 12)
        return ChaCha20Poly1305(key).decrypt(nonce, sealed, b"")
    except (CryptoError, InvalidTag):
        return None


# The small files: what a value is in JSON is a type, a number of bytes, a UUID, a list of one form, or an object

FIXED = {"type": str, "format": int, "checksum": 32, "mac": 32, "vault_id": UUID, "generation": int}
SLOT = {"slot_id": UUID, "member_id": UUID, "kind": str, "name": str, "created_at": int, "must_change": bool}
SLOT |= {"kdf": {"m_kib": int, "t": int, "p": int}, "salt": 16, "data_key_enc": 32, "data_key_sealed": 48}
SLOT |= {"x25519_public": 32, "x25519_nonce": 24, "x25519_sealed": 48}
SLOT |= {"ed25519_public": 32, "ed25519_nonce": 24, "ed25519_sealed": 48}
HEADER = FIXED | {"created_at": int, "name": str, "slots": [SLOT]}
ANCHOR = FIXED | {"seq": int, "hash": 32, "at": int, "actor": UUID, "actor_key": 32, "signature": 64}


def shaped(value, form, name):
    """The value that the JSON means, with bytes and ids as bytes."""
    if type(form) is dict:
        demand(type(value) is dict and set(value) == set(form), f"{name} has not exactly the members of the format")
        return {each: shaped(value[each], form[each], each) for each in form}
    if type(form) is list:
        demand(type(value) is list, f"{name} is not a list")
        return [shaped(each, form[0], name) for each in value]
    if form is UUID or type(form) is int:
        spelling = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}" if form is UUID else "[0-9a-f]{%d}" % (2 * form)
        demand(type(value) is str and re.fullmatch(spelling, value), f"{name} is not spelled as in the format")
        return bytes.fromhex(value.replace("-", ""))
    demand(type(value) is form, f"{name} is of another type than in the format")
    return value


def spelled(value):
    """The only allowed spelling; what has none is damage."""
    if type(value) is bool:
        return b"true" if value else b"false"
    if type(value) is int and 0 <= value < 1 << 64:
        return b"%d" % value
    if type(value) is str:
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return b'"%s"' % re.sub("[\0-\x1f]", lambda found: "\\u%04x" % ord(found[0]), escaped).encode()
    if type(value) is list:
        return b"[%s]" % b",".join(map(spelled, value))
    demand(type(value) is dict, "no canonical spelling")
    pairs = sorted((name.encode(), spelled(name) + b":" + spelled(each)) for name, each in value.items())
    return b"{%s}" % b",".join(pair for _, pair in pairs)


def without(value, *names):
    return spelled({name: each for name, each in value.items() if name not in names})


def read_small(path, what, form):
    """The values of an intact file, and as "authentic" the bytes that its MAC is over."""
    with about(path.name):
        demand(path.is_file() and path.stat().st_size <= 4 << 20, "missing, or longer than the format allows")
        raw = path.read_bytes()
        try:
            value = json.loads(raw.decode())
            canonical = type(value) is dict and spelled(value) + b"\n" == raw
        except (ValueError, RecursionError):
            canonical = False
        demand(canonical, "no canonical spelling")
        checksum = sha256(f"conclave {what} checksum v1".encode(), without(value, "checksum")).hex()
        demand(value.get("checksum") == checksum, "wrong checksum")
        demand(value.get("type") == {"header": "conclave vault", "anchor": "conclave anchor"}[what], "another type")
        demand(value.get("format") == FORMAT, "another format than 1")
        return shaped(value, form, what) | {"authentic": without(value, "checksum", "mac")}


def read_header(path):
    header = read_small(path, "header", HEADER)
    with about(path.name):
        kinds = [slot["kind"] for slot in header["slots"]]
        demand(set(kinds) <= {"member", "recovery"}, "a slot of an unknown kind")
        demand("member" in kinds and kinds.count("recovery") <= 1, "no member, or more than one recovery key")
        for name in ("slot_id", "member_id"):
            demand(len({slot[name] for slot in header["slots"]}) == len(kinds), f"the same {name} twice")
        demand(header["generation"] >= 1, "generations count from 1")
    return header


def check_mac(value, what, key):
    demand(hmac256(key, f"conclave {what} mac v1".encode(), value["authentic"]) == value["mac"], "wrong MAC")


def read_anchor(folder, header, data_key):
    path = folder / f"anchor-{header['generation']}"
    anchor = read_small(path, "anchor", ANCHOR)
    with about(path.name):
        check_mac(anchor, "anchor", subkey(header, data_key, "anchor"))
        for name in ("vault_id", "generation"):
            demand(anchor[name] == header[name], f"another {name} than in the header")
        head = anchor["vault_id"] + u64(anchor["generation"]) + u64(anchor["seq"]) + anchor["hash"]
        message = b"conclave anchor v1" + u64(FORMAT) + head + u64(anchor["at"]) + anchor["actor"]
        demand(signed(anchor["actor_key"], message, anchor["signature"]), "wrong signature")
    return anchor


# From the secret to the data key


def recovery_bytes(typed):
    digits = re.sub(r"[\s\-\u2010-\u2015]", "", typed).upper().translate(str.maketrans("OIL", "011"))
    if len(digits) != 40 or set(digits) - set(CROCKFORD):
        raise WrongUse("this is not a recovery key")
    both = sum(CROCKFORD.index(digit) << 5 * at for at, digit in enumerate(reversed(digits))).to_bytes(25, "big")
    if sha256(b"conclave recovery check v1", both[:21])[:4] != both[21:]:
        raise WrongUse("the recovery key was not typed as it is written")
    return both[:21]


def secret_of(slot, typed):
    if slot["kind"] == "recovery":
        return hkdf(b"", recovery_bytes(typed), b"conclave recovery key v1")
    spaced = "".join(" " if unicodedata.category(each) == "Zs" else each for each in typed)
    return unicodedata.normalize("NFC", spaced).encode()


def open_slot(header, slot, typed):
    m_kib, t, p = (slot["kdf"][name] for name in ("m_kib", "t", "p"))
    demand(8 * p <= m_kib <= 1 << 20 and 1 <= t <= 16 and 1 <= p <= 8, "costs out of bounds")
    if p != 1:
        raise WrongUse("this reader computes Argon2id with one lane only, as libsodium does")
    kind = sodium.crypto_pwhash_ALG_ARGON2ID13
    root = sodium.crypto_pwhash_alg(32, secret_of(slot, typed), slot["salt"], t, m_kib * 1024, kind)
    ids = u64(FORMAT) + header["vault_id"] + slot["slot_id"] + slot["member_id"]
    kind_byte = b"\x01" if slot["kind"] == "member" else b"\x02"
    halves = []
    for half in ("x25519", "ed25519"):
        purpose = f"conclave slot {half} v1".encode()
        data = b"conclave seal v1" + ids + kind_byte + u32(m_kib) + u32(t) + u32(p) + purpose
        key = hkdf(b"conclave slot v1", root, purpose)
        halves.append(unseal(slot[f"{half}_sealed"], data, slot[f"{half}_nonce"], key))
    # Not wrong use: whoever changed costs or ids makes the right secret look like this
    demand(any(halves), "the secret does not open it")
    demand(all(halves), "damaged, one private half does not open")
    demand(sodium.crypto_scalarmult_base(halves[0]) == slot["x25519_public"], "damaged, wrong X25519 public key")
    demand(sodium.crypto_sign_seed_keypair(halves[1])[0] == slot["ed25519_public"], "damaged, wrong Ed25519 public key")
    info = b"conclave data key v1" + ids + u64(header["generation"])
    data_key = hpke_open(halves[0], slot["x25519_public"], slot["data_key_enc"], info, slot["data_key_sealed"])
    demand(data_key, "damaged, the data key does not open")
    return data_key


def unlock(folder, name, typed, problems):
    """The header that counts and its data key. Both copies are read, so that damage to the spare one shows, too."""
    intact = []
    for path in (folder / "keys.json", folder / "keys.json.bak"):
        try:
            intact.append((path.name, read_header(path)))
        except Damage as damage:
            problems.append(str(damage))
    for file, header in intact:
        slot = next((slot for slot in header["slots"] if slot["name"] == name), None)
        if slot is None:
            raise WrongUse(f"{file} has no slot of that name")
        with about(f"{file}, slot of {name}"):
            data_key = open_slot(header, slot, typed)
        try:
            with about(file):
                check_mac(header, "header", subkey(header, data_key, "header mac"))
            return header, data_key
        except Damage as damage:
            problems.append(str(damage))
    raise Damage("no copy of the header can be used")
