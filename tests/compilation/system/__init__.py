"""Tests of compiling by Puppet itself."""
