"""What a run is compared with (LEAN: Common/Benchmarks)."""
