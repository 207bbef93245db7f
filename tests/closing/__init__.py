"""Tests of the closing of accounts."""
