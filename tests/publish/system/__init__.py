"""Publishing with real daemons, a real sshd and a real git; needs root, for namespaces and owners."""
