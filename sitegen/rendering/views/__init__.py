"""What templates and bodies can see; they can't reach names that begin with an underscore."""
