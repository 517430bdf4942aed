"""What templates and the sandbox are given to look at. Names that begin with an underscore are out of their reach."""
