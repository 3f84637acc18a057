"""JSON documents that survive a restart: stores, codec, schema, repository. Imports nothing of ours."""
