"""A machine comes back: the order of it, killed anywhere; the ports, fake and real; the command."""
