"""Puts keys into the tables of aiohttp_job.py. Arguments: DATABASE_URL, file with a key a line."""
import asyncio, os, sys, uuid

import asyncpg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SECRET = AESGCM(bytes(32))
TABLES = """
CREATE TABLE contender_key (id text COLLATE "C" PRIMARY KEY, ciphertext bytea NOT NULL, finding text,
    checked_at timestamptz, next_check_at timestamptz NOT NULL);
CREATE INDEX contender_key_due ON contender_key (next_check_at);
CREATE TABLE contender_audit (id bigserial PRIMARY KEY, key_id text COLLATE "C" NOT NULL, at timestamptz NOT NULL,
    finding text NOT NULL, status int NOT NULL, code text);
CREATE INDEX contender_audit_key ON contender_audit (key_id);
"""


def sealed(key):
    id, iv = str(uuid.uuid4()), os.urandom(12)
    return id, iv + SECRET.encrypt(iv, key.encode(), id.encode())


async def main(database, file):
    connection = await asyncpg.connect(database)
    await connection.execute(TABLES)
    due = await connection.fetchval("SELECT now()")
    rows = ((*sealed(line.strip()), due) for line in open(file))
    await connection.copy_records_to_table(
        "contender_key", records=rows, columns=["id", "ciphertext", "next_check_at"])
    await connection.close()


asyncio.run(main(sys.argv[1], sys.argv[2]))
