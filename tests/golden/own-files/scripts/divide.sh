#!/bin/sh
set -- $DISK
echo "ignoredisk --only-use=$1" > /tmp/disks.ks
echo "autopart --type=plain" >> /tmp/disks.ks
