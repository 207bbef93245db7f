"""Pages for people, as templates with what belongs to them."""
