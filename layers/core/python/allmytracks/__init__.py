"""AllMyTracks: memberships to a library of music and sound effects, served without servers."""
