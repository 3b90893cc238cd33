"""Tests of Puppet code of others that need other programs."""
