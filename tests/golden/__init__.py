"""Golden cases: a site, and the files that come of it. README.md says how to add one."""
