"""Our reading of Puppet code held against what Puppet itself reads."""
