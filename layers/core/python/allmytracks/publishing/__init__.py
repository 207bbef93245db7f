"""Versioned data that operators publish without a deployment (M-II.9)."""
