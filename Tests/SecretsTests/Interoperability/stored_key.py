"""Reads and writes the keys that keyvigil stores: for a platform that brings keys by itself, in any language.

Needs Python's `cryptography`, and `psycopg2` for a server. By hand:

    export BYOK_ENCRYPTION_KEYS=new:BASE64,old:BASE64            # the ring that keyvigil has
    stored_key.py add DATABASE TENANT PROVIDER LABEL [PARAMETERS-AS-JSON] < key     prints the key's id
    stored_key.py read DATABASE ID                                                  prints the key

DATABASE is the path of a SQLite file, or a postgresql:// address.
"""

import base64
import datetime
import hashlib
import hmac
import json
import os
import sqlite3
import sys
import uuid

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

# --- The ciphertext ---------------------------------------------------------------------------------------------------
#
#     0x01 | key-ring id, 4 bytes | IV, 12 bytes | ciphertext | tag, 16 bytes          AES-256-GCM

VERSION = b"\x01"


def key_ring_id(master_key: bytes) -> bytes:
    """What a ciphertext calls the master key (32 bytes) that it was made with."""
    return hmac.new(master_key, b"keyvigil key-ring id v1", hashlib.sha256).digest()[:4]


def canonical_json(parameters: dict) -> str:
    """Endpoint parameters, such as Azure's resource, as the column `params` holds them: names sorted, no spaces."""
    return json.dumps(parameters, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def associated_data(tenant, scope_kind, scope_id, key_id, version, provider, params) -> bytes:
    """What the ciphertext is bound to: changed by one letter, it does not open. `params` is the column's text as it is,
    `version` the number in `key_version`: 1, and one more after each replacement."""
    fields = ["keyvigil.stored_key.v2", tenant, scope_kind, scope_id, key_id, str(version), provider, params]
    return b"".join(len(field.encode()).to_bytes(4, "big") + field.encode() for field in fields)


def seal(master_key: bytes, secret: bytes, data: bytes, iv: bytes = None) -> bytes:
    """Encrypts with the first key of the ring. Never give an IV: it must be random each time."""
    iv = iv or os.urandom(12)
    return VERSION + key_ring_id(master_key) + iv + AESGCM(master_key).encrypt(iv, secret, data)


def open_sealed(ring: list, sealed: bytes, data: bytes) -> bytes:
    """Decrypts with the key of the ring that the ciphertext names. Whatever is wrong with it, it is refused."""
    if len(sealed) <= 1 + 4 + 12 + 16 or sealed[:1] != VERSION:
        raise ValueError("malformed")
    master_key = next((key for key in ring if key_ring_id(key) == sealed[1:5]), None)
    if master_key is None:
        raise ValueError("unknownKey")
    try:
        return AESGCM(master_key).decrypt(sealed[5:17], sealed[17:], data)
    except InvalidTag:
        raise ValueError("damaged") from None


# --- The rows ---------------------------------------------------------------------------------------------------------


def place(key_id: str):
    """A key's slice and slot. keyvigil shares out its work by slices; the slot is the key's turn in six days, in seconds."""
    digest = hashlib.sha256(key_id.encode()).digest()
    return int(key_id[:2], 16) * 64 // 256, int.from_bytes(digest[1:5], "big") % 518400


def shown(secret: str) -> str:
    """What people may see of a key: its beginning, 4 characters at most, and none of a short key."""
    return secret[:4] if len(secret) >= 16 else ""


def add_key(db, ring, tenant, provider, secret, label, parameters=None, scope=("", "")) -> str:
    """Stores a new key, which keyvigil's next run checks, and returns its id. One transaction, or nothing."""
    key_id, params = str(uuid.uuid4()), canonical_json(parameters or {})
    data = associated_data(tenant, *scope, key_id, 1, provider, params)
    (piece, slot), prefix, now = place(key_id), shown(secret), db.now()
    with db.transaction():
        # The master key may have been retired since this program started: then others cannot read what it writes.
        # On a server FOR SHARE keeps both answers true until the commit.
        number = int.from_bytes(key_ring_id(ring[0]), "big")
        if db.row(f"SELECT 1 FROM encryption_key WHERE id = ? AND retired_at IS NULL {db.for_share}", number) is None:
            raise ValueError("keyvigil does not encrypt with the first master key of this ring")
        if db.row(f"SELECT 1 FROM tenant WHERE id = ? AND byok {db.for_share}", tenant) is None:
            raise ValueError("there is no such tenant, or it may not bring keys")
        db.run(
            "INSERT INTO stored_key (id, tenant_id, scope_kind, scope_id, provider, label, params, prefix, hint,"
            " ciphertext, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            key_id, tenant, *scope, provider, label, params, prefix, prefix + "…",
            seal(ring[0], secret.encode(), data), now, now)
        # All else that keyvigil knows of a key begins with the columns' defaults: active, version 1, never checked.
        db.run(
            "INSERT INTO key_health (slice, key_id, provider, slot, next_probe_at) VALUES (?, ?, ?, ?, ?)",
            piece, key_id, provider, slot, now)
    return key_id


def read_key(db, ring, key_id) -> str:
    """The key itself, to be used now and kept nowhere."""
    row = db.row(
        "SELECT k.tenant_id, k.scope_kind, k.scope_id, k.id, h.key_version, k.provider, k.params, k.ciphertext"
        " FROM stored_key k JOIN key_health h ON h.key_id = k.id WHERE k.id = ?", key_id)
    return open_sealed(ring, bytes(row[7]), associated_data(*row[:7])).decode()


# --- The two stores ---------------------------------------------------------------------------------------------------


class SQLite:
    """The embedded store. Times are text of this one form; a writer waits for keyvigil's and takes its lock at once."""

    for_share = ""

    def __init__(self, path):
        self.connection = sqlite3.connect(path, timeout=10, isolation_level=None)
        self.connection.execute("PRAGMA foreign_keys = ON")

    def now(self):
        return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")

    def transaction(self):
        self.connection.execute("BEGIN IMMEDIATE")
        return self.connection

    def run(self, sql, *values):
        return self.connection.execute(sql, values)

    def row(self, sql, *values):
        return self.run(sql, *values).fetchone()


class PostgreSQL:
    """A server, by its own clock."""

    for_share = "FOR SHARE"

    def __init__(self, url):
        import psycopg2

        self.connection = psycopg2.connect(url)
        self.cursor = self.connection.cursor()

    def now(self):
        return self.row("SELECT clock_timestamp()")[0]

    def transaction(self):
        return self.connection

    def run(self, sql, *values):
        self.cursor.execute(sql.replace("?", "%s"), values)

    def row(self, sql, *values):
        self.run(sql, *values)
        return self.cursor.fetchone()


def main():
    ring = [base64.b64decode(key.split(":")[-1]) for key in os.environ["BYOK_ENCRYPTION_KEYS"].split(",")]
    command, database, *rest = sys.argv[1:]
    db = PostgreSQL(database) if database.startswith("postgresql:") else SQLite(database)
    if command == "add":
        tenant, provider, label, *parameters = rest
        secret = sys.stdin.readline().strip()
        print(add_key(db, ring, tenant, provider, secret, label, json.loads(parameters[0]) if parameters else {}))
    else:
        print(read_key(db, ring, rest[0]))


if __name__ == "__main__":
    main()
