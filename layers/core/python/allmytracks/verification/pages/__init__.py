"""The verification page: its words, markup, style and script."""
