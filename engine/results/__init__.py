"""What a run leaves behind: samples, charts, messages, result files (LEAN: Engine/Results)."""
