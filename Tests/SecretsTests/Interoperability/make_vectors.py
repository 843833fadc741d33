"""Prints vectors.json: ciphertexts that every implementation must open, and some that it must refuse."""

import base64
import json

from stored_key import associated_data, canonical_json, key_ring_id, seal

RING = [bytes(range(32)), bytes(range(100, 132)), b"\xff" * 32]
LACKED = bytes(32)
KEY_ID = "0d1c2b3a-4f5e-4d6c-8b7a-98a7b6c5d4e3"
CASES = [
    ("a tenant's key", 0, "sk-proj-0123456789abcdefghijklmnop", "acme", "", "", "openai", {}),
    ("a project's key, another master key", 1, "sk-ant-api03-x", "acme", "project", "42", "anthropic", {}),
    ("endpoint parameters", 2, "0123456789abcdef0123456789abcdef", "acme", "", "", "azure_openai",
     {"resource": "contoso", "deployment": "gpt-4o"}),
    ("the order of names", 0, "k", "t", "user", "u/1", "speechmatics", {"b10": "2", "B2": "1", "a_2": "3", "b2": "0"}),
    ("text beyond ASCII, quotes and slashes", 1, "ключ🔑", "größe-ñ-株式会社", "organisation", "ø/å",
     "example", {"region": "São \"Paulo\"/\\ €", "zone": "🌍"}),
    ("a key that was replaced", 0, "sk-proj-the-second", "acme", "", "", "openai", {}, 2),
    ("a key that was replaced often", 0, "sk-proj-the-thousandth", "acme", "", "", "openai", {}, 1000),
    ("4096 characters", 2, "x" * 4096, "t" * 128, "workspace", "w" * 128, "databricks", {"workspace": "w"}),
]
SPOILT = [
    ("another tenant", "damaged", {"tenant": "birch"}, None),
    ("another key's row", "damaged", {"key_id": KEY_ID[:-1] + "4"}, None),
    ("another scope", "damaged", {"scope_kind": "user", "scope_id": "42"}, None),
    ("another provider", "damaged", {"provider": "groq"}, None),
    ("the version after a replacement", "damaged", {"version": 2}, None),
    ("the version in other digits", "damaged", {"version": "01"}, None),
    ("a ciphertext bound to the first form", "damaged", {},
     lambda sealed: seal(RING[0], b"k", first_form(**row(*CASES[0][3:])), sealed[5:17])),
    ("another endpoint", "damaged", {"params": '{"resource":"evil"}'}, None),
    ("a space in the parameters", "damaged", {"params": "{ }"}, None),
    ("fields joined otherwise", "damaged", {"tenant": "acm", "scope_kind": "e"}, None),
    ("the tag's last bit", "damaged", {}, lambda sealed: sealed[:-1] + bytes([sealed[-1] ^ 1])),
    ("the IV's first bit", "damaged", {}, lambda sealed: sealed[:5] + bytes([sealed[5] ^ 128]) + sealed[6:]),
    ("a bit of the ciphertext", "damaged", {}, lambda sealed: sealed[:20] + bytes([sealed[20] ^ 4]) + sealed[21:]),
    ("a tag of 15 bytes", "damaged", {}, lambda sealed: sealed[:-1]),
    ("another master key's id", "damaged", {}, lambda sealed: sealed[:1] + key_ring_id(RING[1]) + sealed[5:]),
    ("a master key that the ring lacks", "unknownKey", {}, lambda sealed: sealed[:1] + key_ring_id(LACKED) + sealed[5:]),
    ("another version", "malformed", {}, lambda sealed: b"\x02" + sealed[1:]),
    ("no key at all", "malformed", {}, lambda sealed: sealed[:17] + sealed[-16:]),
    ("nothing", "malformed", {}, lambda sealed: b""),
]


def first_form(tenant, scope_kind, scope_id, key_id, version, provider, params) -> bytes:
    """The associated data before the version was part of it; nothing that is bound to it opens any more."""
    fields = ["keyvigil.stored_key.v1", tenant, scope_kind, scope_id, key_id, provider, params]
    return b"".join(len(field.encode()).to_bytes(4, "big") + field.encode() for field in fields)


def vector(name, number, secret, row, parameters):
    data, iv = associated_data(**row), bytes((number * 16 + index) % 256 for index in range(12))
    return {
        "name": name, "row": {**row, "parameters": parameters}, "associated_data": data.hex(), "key": secret,
        "sealed": seal(RING[number], secret.encode(), data, iv).hex(),
    }


def row(tenant, kind, scope, provider, parameters, version=1):
    return {
        "tenant": tenant, "scope_kind": kind, "scope_id": scope, "key_id": KEY_ID, "version": version,
        "provider": provider, "params": canonical_json(parameters),
    }


def main():
    good = [vector(name, number, secret, row(*bound), bound[4]) for name, number, secret, *bound in CASES]
    first, sealed = row(*CASES[0][3:]), bytes.fromhex(good[0]["sealed"])
    refused = [{
        "name": name, "failure": failure, "associated_data": associated_data(**{**first, **changes}).hex(),
        "sealed": (spoil(sealed) if spoil else sealed).hex(),
    } for name, failure, changes, spoil in SPOILT]
    ring = [{"base64": base64.b64encode(key).decode(), "id": key_ring_id(key).hex()} for key in RING]
    print(json.dumps({"ring": ring, "good": good, "refused": refused}, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
