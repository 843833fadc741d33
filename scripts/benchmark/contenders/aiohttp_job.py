"""The same job written with aiohttp and asyncpg: encrypted keys from PostgreSQL, one probe each,
status and audit row back in batches of a thousand. Arguments: DATABASE_URL, base URL, CA file, requests in flight."""
import asyncio, json, ssl, sys

import aiohttp, asyncpg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PAGE = 1000
SECRET = AESGCM(bytes(32))


async def probe(session, url, row):
    key = SECRET.decrypt(row["ciphertext"][:12], row["ciphertext"][12:], row["id"].encode()).decode()
    async with session.get(url, headers={"Authorization": "Bearer " + key}) as answer:
        body = json.loads(await answer.read())
        if answer.status == 200 and isinstance(body.get("data"), list):
            return row["id"], "valid", answer.status, None
        code = body.get("error", {}).get("code")
        return row["id"], "invalid" if code == "invalid_api_key" else "unknown", answer.status, code


async def write(pool, results):
    ids, findings, statuses, codes = map(list, zip(*results))
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(
            """UPDATE contender_key SET finding = v.finding, checked_at = now(), next_check_at = now() + interval '7 days'
               FROM unnest($1::text[], $2::text[]) AS v (id, finding) WHERE contender_key.id = v.id""", ids, findings)
        await connection.execute(
            """INSERT INTO contender_audit (key_id, at, finding, status, code)
               SELECT v.id, now(), v.finding, v.status, v.code
               FROM unnest($1::text[], $2::text[], $3::int[], $4::text[]) AS v (id, finding, status, code)""",
            ids, findings, statuses, codes)


async def main(database, base, authority, in_flight):
    context = ssl.create_default_context(cafile=authority)
    connector = aiohttp.TCPConnector(limit=in_flight, ssl=context)
    queue, results, writes, done = asyncio.Queue(4 * PAGE), [], set(), 0
    async with asyncpg.create_pool(database, min_size=2, max_size=2) as pool, \
            aiohttp.ClientSession(connector=connector) as session:
        async def read():
            last = ""
            while rows := await pool.fetch(
                    """SELECT id, ciphertext FROM contender_key WHERE id > $1 AND next_check_at <= now()
                       ORDER BY id LIMIT $2""", last, PAGE):
                for row in rows:
                    await queue.put(row)
                last = rows[-1]["id"]
            for _ in range(in_flight):
                await queue.put(None)

        async def work():
            nonlocal done, results
            while row := await queue.get():
                results.append(await probe(session, base + "/v1/models", row))
                done += 1
                if len(results) >= PAGE:
                    batch, results = results, []
                    task = asyncio.create_task(write(pool, batch))
                    writes.add(task)
                    task.add_done_callback(writes.discard)

        await asyncio.gather(read(), *(work() for _ in range(in_flight)))
        await asyncio.gather(*writes)
        if results:
            await write(pool, results)
    print(json.dumps({"probed": done}))


asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
