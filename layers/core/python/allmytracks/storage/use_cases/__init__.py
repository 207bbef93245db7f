"""Devices and their trials: what members do with them."""
