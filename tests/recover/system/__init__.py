"""What needs the real Puppet."""
