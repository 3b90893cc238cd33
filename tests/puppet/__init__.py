"""The shipped Puppet code: read by Puppet's own tools, held against its definitions, compiled for every system."""
