"""Cloud storage of devices: trials, packages, subscriptions, cancellations (S-1.devices, S-7, S-8)."""
