"""License batches: many downloads of one project in one request, each with its own letter."""
