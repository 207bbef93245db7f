"""A check a module: `check(deployment)` reads, changes nothing, and returns a finding."""
