"""The shipped Puppet modules and their module.json definitions; data only."""
