#!/bin/sh
echo "before" >> /root/said
