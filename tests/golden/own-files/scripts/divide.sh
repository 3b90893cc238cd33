#!/bin/sh
first=${DISK%% *}
echo "ignoredisk --only-use=$first" > /tmp/disks.ks
echo "autopart --type=plain" >> /tmp/disks.ks
