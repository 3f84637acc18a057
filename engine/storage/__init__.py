"""The object store (LEAN: Common/Storage, Engine/Storage)."""
