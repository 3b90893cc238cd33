#!/bin/sh
echo "group" >> /root/said
