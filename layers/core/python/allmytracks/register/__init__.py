"""The public register of licences: a Merkle tree with signed heads."""
