"""Performance of a run (LEAN: Common/Statistics, Common/CapacityEstimate.cs)."""
