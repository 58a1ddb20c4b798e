"""A note into a first scenario: what its text holds, and blanks for the rest."""
