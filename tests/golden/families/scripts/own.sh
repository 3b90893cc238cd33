#!/bin/sh
echo "own" >> /root/said
