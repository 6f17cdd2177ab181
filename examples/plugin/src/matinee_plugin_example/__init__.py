"""A source, a row and a metric for Matinee, in a package of their own."""
