#!/bin/sh
cat > /etc/motd <<EOF
ours
EOF
