"""The operators' command line, `allmytracks`."""
